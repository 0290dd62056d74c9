//! `serve`: the pages.

use std::{io::IsTerminal, net::SocketAddr};

use desk::{
    app::App,
    connections::Limits,
    error::Result,
    outside::Outside,
    serve::{Site, listen, serve, told_to_end},
};
use ipnet::IpNet;

use super::out::Out;

pub(super) async fn run(app: App, out: &Out<'_>, address: SocketAddr, https: bool, proxies: Vec<IpNet>) -> Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(tracing::Level::INFO)
        .init();
    let site = Site::new(app, Outside::new(https).behind(proxies))?;
    let listening = listen(&site.app, address).await?;
    out.note("serving", &[("address", &format!("http://{}", listening.address))]);
    serve(site, listening, Limits::default(), told_to_end()).await;
    Ok(())
}
