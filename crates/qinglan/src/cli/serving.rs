//! `serve`: the pages.

use std::{io::IsTerminal, net::SocketAddr};

use desk::{
    app::App,
    error::Result,
    serve::{Site, serve},
};

use super::out::Out;

pub(super) async fn run(app: App, out: &Out<'_>, listen: SocketAddr, https: bool) -> Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(tracing::Level::INFO)
        .init();
    let site = Site::new(app, https)?;
    out.note("serving", &[("address", &format!("http://{listen}"))]);
    serve(site, listen).await
}
