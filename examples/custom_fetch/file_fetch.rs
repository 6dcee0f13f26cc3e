//! Keys from a file that somebody else keeps up to date.

use poolgate::{Fetch, FetchError, FetchFuture, Fetched};
use std::{fs, path::PathBuf};
use tokio::task;

/// Stands for one URL: keys of one issuer are never taken for those of another.
pub(crate) struct FileFetch {
    url: String,
    path: PathBuf,
}

impl FileFetch {
    pub(crate) fn new(url: &str, path: PathBuf) -> Self {
        Self { url: url.to_owned(), path }
    }
}

impl Fetch for FileFetch {
    fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f> {
        Box::pin(async move {
            if url != self.url {
                return Err(FetchError::connect("there is no file for this URL"));
            }
            let path = self.path.clone();
            let reading = task::spawn_blocking(move || fs::read(path)).await;
            let document = reading.map_err(|lost| FetchError::interrupted(lost.to_string()))?;
            document
                .map(Fetched::new)
                .map_err(|error| FetchError::connect(error.kind().to_string()))
        })
    }
}
