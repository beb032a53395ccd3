//! The thread that compresses with brotli, or takes what the build compressed: one file after the other, so that nobody who asks
//! waits for it.

use std::sync::{Arc, Weak, mpsc};
use std::thread;

use super::compressed_file::CompressedFile;

/// Takes files to compress. The thread ends with it.
pub struct Compressor {
    queue: mpsc::Sender<(Weak<CompressedFile>, Option<Vec<u8>>)>,
}

impl Compressor {
    pub fn start() -> Compressor {
        let (queue, files) = mpsc::channel::<(Weak<CompressedFile>, Option<Vec<u8>>)>();
        let work = move || {
            // A file that nobody holds any more is passed over.
            for (file, brotli) in files {
                let Some(file) = file.upgrade() else { continue };
                if let Err(error) = file.make_brotli(brotli) {
                    tracing::warn!("a file is served with gzip alone: {error}");
                }
            }
        };
        if let Err(error) = thread::Builder::new().name("compressor".into()).spawn(work) {
            tracing::warn!("files are served with gzip alone: {error}");
        }
        Compressor { queue }
    }

    /// Compresses a file when those before it are done. `brotli`: what the build made of it, if it did.
    pub fn add(&self, file: &Arc<CompressedFile>, brotli: Option<Vec<u8>>) {
        let _ = self.queue.send((Arc::downgrade(file), brotli)); // no thread, which was said
    }
}
