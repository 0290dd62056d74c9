//! The document model and its writers: HTML, DOCX, PDF and XLSX.
//!
//! The crate is pure: it knows nothing of databases, requests or metrics. The caller builds a [`Document`] and passes it to
//! a writer; every writer follows the document format of GB/T 9704-2012.

mod docx;
mod error;
mod flow;
mod fonts;
mod html;
mod markup;
mod model;
mod pdf;
mod qr;
mod title;
mod xlsx;

pub use docx::docx;
pub use error::DocumentError;
pub use fonts::Fonts;
pub use html::{html, html_body};
pub use model::{
    Align, Block, Date, Document, FigureState, Imprint, Inline, Lang, Options, Properties, RedHead, Signature, Table,
    Timestamp,
};
pub use pdf::PdfWriter;
pub use qr::qr_svg;
pub use title::title_lines;
pub use xlsx::{Cell, Column, SheetOut, csv, write_csv, write_xlsx, xlsx};
