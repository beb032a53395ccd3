//! Which codings a client takes, by its `Accept-Encoding` (RFC 9110, 12.5.3).

use axum::http::{HeaderMap, header};

use crate::sites::Coding;

/// In thousandths: what is not named is taken where nothing better is.
const LEAST: u16 = 1;
const MOST: u16 = 1000;

/// Of the codings that are there, the one that the client likes best; the first of those that it likes alike. Without
/// compression where it takes none.
pub fn best_coding(headers: &HeaderMap, has: impl Fn(Coding) -> bool) -> Coding {
    let mut qualities = [(Coding::Brotli, None), (Coding::Gzip, None), (Coding::Identity, None)];
    let mut others = None;
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    for (name, quality) in values.flat_map(|value| value.split(',')).filter_map(named) {
        match name.as_str() {
            "br" => qualities[0].1 = Some(quality),
            "gzip" | "x-gzip" => qualities[1].1 = Some(quality),
            "identity" => qualities[2].1 = Some(quality),
            "*" => others = Some(quality),
            _ => {}
        }
    }
    let mut best = (Coding::Identity, 0);
    for (coding, quality) in qualities.into_iter().filter(|(coding, _)| has(*coding)) {
        let unnamed = if coding == Coding::Identity { LEAST } else { 0 };
        let quality = quality.or(others).unwrap_or(unnamed);
        if quality > best.1 {
            best = (coding, quality);
        }
    }
    best.0
}

/// One coding with its quality in thousandths; none if it is not in the standard's form.
fn named(member: &str) -> Option<(String, u16)> {
    let (name, parameter) = member.split_once(';').unwrap_or((member, "q=1"));
    let (key, quality) = parameter.split_once('=')?;
    let quality: f32 = quality.trim().parse().ok()?;
    let is_quality = key.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&quality);
    is_quality.then(|| (name.trim().to_ascii_lowercase(), (quality * f32::from(MOST)) as u16))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Coding, best_coding};

    #[track_caller]
    fn check(values: &[&str], expected: Coding) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT_ENCODING, HeaderValue::from_str(value).unwrap());
        }
        assert_eq!(best_coding(&headers, |_| true), expected, "{values:?}");
    }

    #[test]
    fn the_smallest_of_those_that_are_liked_best_is_taken() {
        check(&["gzip, deflate, br, zstd"], Coding::Brotli);
        check(&["gzip", "br"], Coding::Brotli);
        check(&["BR;Q=1.000"], Coding::Brotli);
        check(&["*"], Coding::Brotli);
        check(&["gzip, deflate"], Coding::Gzip);
        check(&["x-gzip"], Coding::Gzip);
        check(&["br;q=0.5, gzip"], Coding::Gzip);
        check(&["br ; q = 0 , *"], Coding::Gzip);
        check(&["gzip;q=0.001"], Coding::Gzip);
        check(&["identity, gzip;q=0.5"], Coding::Identity);
    }

    #[test]
    fn who_takes_none_gets_it_as_it_is() {
        check(&[], Coding::Identity);
        check(&[""], Coding::Identity);
        check(&["deflate, zstd"], Coding::Identity);
        check(&["br;q=0, gzip;q=0.000"], Coding::Identity);
        check(&["*;q=0"], Coding::Identity);
        check(&["br;q=2, gzip;q=NaN, gzip;v=1, ;;, gzip;q=-1"], Coding::Identity);
    }

    #[test]
    fn what_is_not_there_yet_is_not_taken() {
        let mut headers = HeaderMap::new();
        headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static("br, gzip;q=0.5"));
        assert_eq!(best_coding(&headers, |coding| coding != Coding::Brotli), Coding::Gzip);
    }
}
