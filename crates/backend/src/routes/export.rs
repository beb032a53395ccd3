//! `GET /v1/sites/{site}/export`: all receipts of a site as a file, for whoever may read (who may is said where the routes are);
//! and the bodies of exports. They are made as they are read: whoever reads slowly holds no connection to the store, no thread
//! and no more than one page of receipts. A workbook is made first, in a file without a name that is gone with the request.

mod pages;

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::model::config::SiteKey;
use consentry_export::{About, Covers, Export, Format, Period, Target};
use consentry_ledger::proof::Prover;
use consentry_ledger::walk::Walk;
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use self::pages::Pages;
use super::openapi::OwnerRefusals;
use super::parameters::{Path, Query};
use super::response::{self, ErrorAnswer, Refusal, refuse};
use super::{AppState, now, openapi};

/// How many bytes of a finished file are sent at a time.
const CHUNK: usize = 64 * 1024;
/// Whose turn it is to make a page of an export. One at a time: many who download much take one processor, not all, and whoever
/// sends a decision meanwhile does not wait for them. Whoever reads slowly has no turn.
static TURN: Semaphore = Semaphore::const_new(1);

#[derive(Deserialize)]
pub struct SiteQuery {
    format: Option<String>,
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
}

/// `GET /v1/sites/{site}/export`: all receipts of a site as a file.
#[utoipa::path(
    get,
    path = "/v1/sites/{site}/export",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("site" = String, Path, description = "The key of a site"),
        ("format" = inline(Option<FormatWord>), Query, description = "JSON without it"),
        ("from" = Option<String>, Query, format = Date, description = "The first day; the first of all without it"),
        ("to" = Option<String>, Query, format = Date, description = "The last day; today without it"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (Value = "application/json"),
            (String = "text/csv"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Value = "application/ld+json"),
        )),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        (status = 404, description = "No such site is served, or has receipts", body = ErrorAnswer),
        OwnerRefusals,
    )
)]
pub async fn get(
    State(state): State<Arc<AppState>>,
    Path(site): Path<String>,
    Query(query): Query<SiteQuery>,
) -> Response {
    let answer = async {
        let format = format(query.format.as_deref())?;
        let period =
            period(&query).map_err(|message| refuse(StatusCode::BAD_REQUEST, "bad-period", &message))?;
        let site = known_site(&state, &site).await?;
        let walk = Walk::of_site(state.ledger.as_ref(), site.clone(), period.start(), period.end()).await;
        let walk = walk.map_err(|error| Box::new(response::ledger_error(&error)))?;
        file(state, walk, site, Covers::Site(period), format).await
    };
    answer.await.unwrap_or_else(|refusal| *refusal)
}

/// One of the words for the form of a file.
pub struct FormatWord;

impl PartialSchema for FormatWord {
    fn schema() -> RefOr<Schema> {
        let words = Format::ALL.map(Format::name);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

impl ToSchema for FormatWord {}

/// The form that is asked for: JSON where nothing is said.
pub fn format(asked: Option<&str>) -> Result<Format, Refusal> {
    let format = asked.map_or(Ok(Format::Json), str::parse);
    format.map_err(|message| refuse(StatusCode::BAD_REQUEST, "bad-format", &message))
}

fn period(query: &SiteQuery) -> Result<Period, String> {
    let day = |key: &str, text: &Option<String>| {
        let day = text.as_deref().map(str::parse).transpose();
        day.map_err(|message: String| format!("{key}: {message}"))
    };
    Period::new(day("from", &query.from)?, day("to", &query.to)?)
}

/// A site that is configured here, or was, and has receipts.
async fn known_site(state: &AppState, key: &str) -> Result<SiteKey, Refusal> {
    let site = SiteKey::new(key).ok_or_else(|| Box::new(response::not_found()))?;
    if state.sites.current().contains_key(key) {
        return Ok(site);
    }
    let log = state.ledger.log(site.clone()).await;
    match log.map_err(|error| Box::new(response::ledger_error(&error)))? {
        Some(_) => Ok(site),
        None => Err(Box::new(response::not_found())),
    }
}

/// The response with the receipts of a walk as a file.
///
/// # Errors
/// The ledger cannot be read, or there is no room for a workbook. What fails later ends the body before it is whole.
pub async fn file(
    state: Arc<AppState>,
    walk: Walk,
    site: SiteKey,
    covers: Covers,
    format: Format,
) -> Result<Response, Refusal> {
    let config = state.sites.current().get(site.as_str()).map(|served| served.site.config.clone());
    let failed = |error| Box::new(response::ledger_error(&error));
    let carries_proofs = matches!(covers, Covers::Subject(_)) && format == Format::Json;
    let prover = match carries_proofs {
        true => Prover::of(state.ledger.as_ref(), site.clone()).await.map_err(failed)?,
        false => None,
    };
    let log = prover.as_ref().map(|prover| pages::signed_log(&state, prover));
    let about = About { site, config, exported: now(), covers, log };
    let name = format!("attachment; filename=\"{}.{}\"", about.file_stem(), format.suffix());
    // Before the answer begins, so that a store that cannot be read is said to be.
    let pages = Pages::begin(state, walk, prover).await.map_err(failed)?;
    let output = Output::new(format).and_then(|output| {
        let temporary = std::env::temp_dir();
        let export = Export::begin(about, Target { format, out: output.clone(), temporary })?;
        Ok((export, output))
    });
    let (export, output) = output.map_err(|error| Box::new(unwritable(&error)))?;
    let body = ExportBody { pages, output, step: Step::Writing(export) };
    let body = Body::from_stream(stream::try_unfold(body, ExportBody::next));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (headers, body).into_response();
    if let Ok(name) = HeaderValue::try_from(name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// An export while it is read.
struct ExportBody {
    pages: Pages,
    output: Output,
    step: Step,
}

enum Step {
    /// Receipts are added.
    Writing(Export<Output>),
    /// The finished file is sent.
    Sending(File),
    Done,
}

impl ExportBody {
    /// The next bytes; nothing at the end. Nothing is done until they are asked for.
    async fn next(mut self) -> io::Result<Option<(Bytes, ExportBody)>> {
        loop {
            match std::mem::replace(&mut self.step, Step::Done) {
                Step::Done => return Ok(None),
                Step::Writing(export) => self.step = self.write(export).await?,
                Step::Sending(file) => {
                    let (file, chunk) = read_chunk(file).await?;
                    if !chunk.is_empty() {
                        self.step = Step::Sending(file);
                    }
                    return Ok((!chunk.is_empty()).then(|| (chunk.into(), self)));
                }
            }
            let written = self.output.take();
            if !written.is_empty() {
                return Ok(Some((written.into(), self)));
            }
        }
    }

    /// Adds a page, or what comes behind the last one.
    async fn write(&mut self, mut export: Export<Output>) -> io::Result<Step> {
        let turn = TURN.acquire().await.map_err(io::Error::other)?;
        let page = self.pages.next().await.map_err(|error| {
            response::log_seldom(&error);
            io::Error::other(error)
        })?;
        // What comes behind the last page of a workbook takes long, and nobody waits for it.
        let _turn = page.is_some().then_some(turn);
        let work = move || match page {
            Some(page) => {
                page.iter().try_for_each(|entry| export.add(entry))?;
                export.flush()?;
                Ok(Step::Writing(export))
            }
            None => export.finish()?.finished(),
        };
        let step = blocking(work).await;
        step.inspect_err(|error| tracing::error!("an export cannot be written: {error}"))
    }
}

/// What an export is written to: bytes that wait to be sent, or a file that is sent once it is finished.
#[derive(Clone)]
enum Output {
    Waiting(Arc<Mutex<Vec<u8>>>),
    File(Arc<File>),
}

impl Output {
    fn new(format: Format) -> io::Result<Output> {
        Ok(match format {
            Format::Xlsx => Output::File(Arc::new(tempfile::tempfile()?)),
            Format::Json | Format::Csv | Format::Ts27560 => Output::Waiting(Arc::default()),
        })
    }

    /// The bytes that wait.
    fn take(&self) -> Vec<u8> {
        match self {
            Output::Waiting(bytes) => {
                std::mem::take(&mut bytes.lock().unwrap_or_else(PoisonError::into_inner))
            }
            Output::File(_) => Vec::new(),
        }
    }

    /// What to do once all is written.
    fn finished(self) -> io::Result<Step> {
        let Output::File(file) = self else { return Ok(Step::Done) };
        let mut file = file.try_clone()?;
        file.rewind()?;
        Ok(Step::Sending(file))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Waiting(waiting) => {
                waiting.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
                Ok(bytes.len())
            }
            Output::File(file) => file.as_ref().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // nothing is kept back
    }
}

async fn read_chunk(mut file: File) -> io::Result<(File, Vec<u8>)> {
    blocking(move || {
        let mut chunk = vec![0; CHUNK];
        let length = file.read(&mut chunk)?;
        chunk.truncate(length);
        Ok((file, chunk))
    })
    .await
}

/// Does what may wait for the disk on a thread that may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// The response where there is no room for a workbook. What it says to the operator stays in the log.
fn unwritable(error: &io::Error) -> Response {
    tracing::error!("an export cannot be written: {error}");
    response::error(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "there is no room to make this: try again later",
    )
}
