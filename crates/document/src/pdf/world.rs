//! What Typst can access: one template, one data file, the fonts. No disk, no clock, no network.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::Fonts;

/// What is the same for all documents.
pub(super) struct Setter {
    fonts: Fonts,
    library: LazyHash<Library>,
    template: Source,
    data: FileId,
}

impl Setter {
    pub(super) fn new(fonts: Fonts) -> Self {
        let template = Source::new(file("template.typ"), include_str!("template.typ").to_owned());
        Self { fonts, library: LazyHash::new(Library::default()), template, data: file("data.json") }
    }

    pub(super) fn fonts(&self) -> &Fonts {
        &self.fonts
    }
}

/// A file at the root of the world of one document.
fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain file name");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// One document to be set.
pub(super) struct Sheet<'a> {
    setter: &'a Setter,
    data: Bytes,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(setter: &'a Setter, data: Vec<u8>) -> Self {
        Self { setter, data: Bytes::new(data) }
    }
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.setter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.setter.fonts.book()
    }

    fn main(&self) -> FileId {
        self.setter.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.setter.template.id() { Ok(self.setter.template.clone()) } else { Err(missing(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.setter.data { Ok(self.data.clone()) } else { Err(missing(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.setter.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        // The date comes from the data, or equal documents would differ.
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
