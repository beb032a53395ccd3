//! The thread that compresses with brotli, one file after the other: nobody who asks waits for it.

use std::sync::{Arc, Weak, mpsc};
use std::thread;

use super::compressed_file::CompressedFile;
use crate::free_memory;

/// Takes files to compress. The thread ends with it.
pub struct Compressor {
    queue: mpsc::Sender<Weak<CompressedFile>>,
}

impl Compressor {
    pub fn start() -> Compressor {
        let (queue, files) = mpsc::channel::<Weak<CompressedFile>>();
        let work = move || {
            // A file that nobody holds any more is passed over.
            for file in files {
                let Some(file) = file.upgrade() else { continue };
                if let Err(error) = file.make_brotli() {
                    tracing::warn!("a file is served with gzip alone: {error}");
                }
                free_memory::give_back();
            }
        };
        if let Err(error) = thread::Builder::new().name("compressor".into()).spawn(work) {
            tracing::warn!("files are served with gzip alone: {error}");
        }
        Compressor { queue }
    }

    /// Compresses a file when those before it are done, unless that was done.
    pub fn add(&self, file: &Arc<CompressedFile>) {
        let _ = self.queue.send(Arc::downgrade(file)); // no thread, which was said
    }
}
