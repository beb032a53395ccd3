//! What a server counts, for Prometheus. Labels are words of this program and keys of sites: never a value of a request, so that
//! there are few of them and none tells of a visitor.

mod log_gauges;

use axum::http::{Method, StatusCode};
use prometheus::{
    Error, Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

pub use self::log_gauges::{LogAge, set_log_gauges};

/// Up to how many seconds a store may take, in the steps that are told.
const SECONDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The counters of one server.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    refusals: IntCounterVec,
    /// Receipts that were new.
    pub receipts_stored: IntCounter,
    /// Receipts that were there already.
    pub receipts_known: IntCounter,
    /// Observations that were counted.
    pub observations: IntCounter,
    /// Observations for which there was no room.
    pub observations_dropped: IntCounter,
    /// How long receipts took until they were on the disk.
    pub append_seconds: Histogram,
    /// How many connections are open.
    pub open_connections: IntGauge,
}

impl Metrics {
    /// All at nothing.
    ///
    /// # Errors
    /// Two have one name.
    pub fn new() -> Result<Metrics, Error> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, Error>(counter)
        };
        let requests = counter(
            "consentry_http_requests_total",
            "Requests that were answered, by method, route and class of status",
            &["method", "route", "status"],
        )?;
        let refusals = counter(
            "consentry_refusals_total",
            "Requests that were refused, by route and the code of the refusal; too-many is over a limit",
            &["route", "code"],
        )?;
        let receipts = counter(
            "consentry_receipts_total",
            "Receipts that were acknowledged, by whether they were new",
            &["result"],
        )?;
        let observations = counter(
            "consentry_observations_total",
            "Observations that pages sent, by whether there was room for them",
            &["result"],
        )?;
        let append = HistogramOpts::new(
            "consentry_append_seconds",
            "How long the receipts of a request took until they were on the disk",
        );
        let append_seconds = Histogram::with_opts(append.buckets(SECONDS.into()))?;
        registry.register(Box::new(append_seconds.clone()))?;
        let open_connections = IntGauge::new("consentry_open_connections", "Connections that are open")?;
        registry.register(Box::new(open_connections.clone()))?;
        let build = Opts::new("consentry_build_info", "Always 1, with the version of the program")
            .const_label("version", env!("CARGO_PKG_VERSION"));
        let build = IntGauge::with_opts(build)?;
        build.set(1);
        registry.register(Box::new(build))?;
        #[cfg(target_os = "linux")]
        registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        Ok(Metrics {
            receipts_stored: receipts.with_label_values(&["stored"]),
            receipts_known: receipts.with_label_values(&["known"]),
            observations: observations.with_label_values(&["counted"]),
            observations_dropped: observations.with_label_values(&["dropped"]),
            registry,
            requests,
            refusals,
            append_seconds,
            open_connections,
        })
    }

    /// Counts an answer. `route`: as the table of routes has it; `code`: of a refusal.
    pub fn count_answer(&self, method: &'static str, route: &str, status: StatusCode, code: Option<&str>) {
        self.requests.with_label_values(&[method, route, class(status)]).inc();
        if let Some(code) = code {
            self.refusals.with_label_values(&[route, code]).inc();
        }
    }

    /// Everything in Prometheus' text format. `now`: what is only looked at when somebody asks.
    ///
    /// # Errors
    /// Two have one name.
    pub fn text(&self, now: &Registry) -> Result<String, Error> {
        let mut families = self.registry.gather();
        families.extend(now.gather());
        TextEncoder::new().encode_to_string(&families)
    }
}

/// Tells a number of this moment.
///
/// # Errors
/// Another has this name.
pub fn set_gauge(registry: &Registry, name: &str, help: &str, value: f64) -> Result<(), Error> {
    let gauge = Gauge::new(name, help)?;
    gauge.set(value);
    registry.register(Box::new(gauge))
}

/// The word for a method: whoever asks may name any.
pub fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_chose_makes_no_label() {
        let metrics = Metrics::new().unwrap();
        let odd = Method::from_bytes(b"MARKER").unwrap();
        metrics.count_answer(method_name(&odd), "none", StatusCode::from_u16(999).unwrap(), None);
        let text = metrics.text(&Registry::new()).unwrap();
        let line = "consentry_http_requests_total{method=\"other\",route=\"none\",status=\"5xx\"} 1";
        assert!(text.contains(line) && !text.contains("MARKER"), "{text}");
    }
}
