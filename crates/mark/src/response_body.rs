//! The body of a response: marked as it streams, or passed on untouched. Decides neither which of the two
//! nor what is held.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

use crate::marker::Marker;

/// A body in which static tags are held, if it is a page's.
pub struct MarkBody<B> {
    inner: Pin<Box<B>>,
    state: State,
}

enum State {
    /// No page: every frame as it comes.
    Passing,
    Marking(Box<Marker>),
    /// All data has gone; the trailers are still to go, if there are any.
    Ended(Option<HeaderMap>),
}

impl<B> MarkBody<B> {
    pub(crate) fn passing(inner: B) -> MarkBody<B> {
        MarkBody { inner: Box::pin(inner), state: State::Passing }
    }

    pub(crate) fn marking(inner: B, marker: Marker) -> MarkBody<B> {
        MarkBody { inner: Box::pin(inner), state: State::Marking(Box::new(marker)) }
    }

    /// The last bytes of a page, then its trailers.
    fn end(&mut self, trailers: Option<HeaderMap>) -> Option<Frame<Bytes>> {
        let mut out = Vec::new();
        match std::mem::replace(&mut self.state, State::Ended(trailers)) {
            State::Marking(marker) => drop(marker.end(&mut out)),
            State::Passing | State::Ended(_) => {}
        }
        if out.is_empty() { self.trailers() } else { Some(Frame::data(out.into())) }
    }

    fn trailers(&mut self) -> Option<Frame<Bytes>> {
        match &mut self.state {
            State::Ended(trailers) => trailers.take().map(Frame::trailers),
            State::Passing | State::Marking(_) => None,
        }
    }
}

impl<B: Body> Body for MarkBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        loop {
            if let State::Ended(_) = this.state {
                return Poll::Ready(this.trailers().map(Ok));
            }
            let frame = match ready!(this.inner.as_mut().poll_frame(cx)) {
                // What has not come must not be taken for the end of the page.
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => frame.map_data(|mut data| data.copy_to_bytes(data.remaining())),
                None => return Poll::Ready(this.end(None).map(Ok)),
            };
            let State::Marking(marker) = &mut this.state else { return Poll::Ready(Some(Ok(frame))) };
            match frame.into_data() {
                Ok(data) => {
                    let mut out = Vec::with_capacity(data.len());
                    marker.write(&data, &mut out);
                    if !out.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(out.into()))));
                    }
                }
                Err(frame) => return Poll::Ready(this.end(frame.into_trailers().ok()).map(Ok)),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.state {
            State::Passing => self.inner.is_end_stream(),
            State::Marking(_) => false,
            State::Ended(trailers) => trailers.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.state {
            State::Passing => self.inner.size_hint(),
            State::Marking(_) => SizeHint::default(),
            State::Ended(_) => SizeHint::with_exact(0),
        }
    }
}
