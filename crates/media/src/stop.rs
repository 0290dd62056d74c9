//! How a decoder is told that nobody waits for it any more, or that it took too long.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// Asked now and then while something is decoded; once it says so, the decoder gives up.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// A source that ends with an error once it is told to stop, for decoders that can't be asked to.
pub(crate) struct Stopping<'a, R> {
    source: R,
    stop: Stop<'a>,
}

impl<'a, R> Stopping<'a, R> {
    pub(crate) fn new(source: R, stop: Stop<'a>) -> Self {
        Self { source, stop }
    }

    fn go_on(&self) -> io::Result<()> {
        if (self.stop)() { Err(io::Error::other("told to stop")) } else { Ok(()) }
    }
}

impl<R: Read> Read for Stopping<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.go_on()?;
        self.source.read(buffer)
    }
}

impl<R: BufRead> BufRead for Stopping<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.go_on()?;
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.source.consume(amount);
    }
}

impl<R: Seek> Seek for Stopping<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}
