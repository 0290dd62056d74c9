//! A browser for tests: keeps cookies, follows redirects, submits forms like a page of the server.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use desk::{
    actor::Role,
    app::App,
    serve::{Site, service},
};
use federation::accounts::actions;
use kernel::{AccountId, GroupId, PersonId, UnitId};
use tower::ServiceExt;

/// One visitor with cookies of its own.
#[derive(Clone)]
pub struct Browser {
    service: Router,
    cookies: Vec<(String, String)>,
    /// Where it comes from; unknown if none.
    peer: Option<SocketAddr>,
}

/// A response.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    /// The location of a redirect.
    pub location: Option<String>,
    pub text: String,
    pub bytes: Vec<u8>,
    pub headers: axum::http::HeaderMap,
}

/// The password of every account.
pub const PASSWORD: &str = "清风徐来水波不兴";

/// Opens an account with a role, ready to sign in.
pub async fn account(
    app: &App,
    name: &str,
    role: Option<(Role, Option<UnitId>, Option<GroupId>)>,
    person: Option<PersonId>,
) -> AccountId {
    let opening = actions::Opening {
        name: name.to_owned(),
        person,
        password: Some(PASSWORD.to_owned()),
        ..actions::Opening::default()
    };
    let (id, _) = actions::open(app, &app.operator(), opening).await.expect("an account");
    if let Some((role, unit, group)) = role {
        actions::give_role(app, &app.operator(), id, role, unit, group).await.expect("a role");
    }
    id
}

impl Browser {
    /// For a federation; nobody is signed in.
    pub fn new(app: &App) -> Self {
        Self {
            service: service(Site::new(app.clone(), desk::outside::Outside::new(false)).expect("a site")),
            cookies: Vec::new(),
            peer: None,
        }
    }

    /// For a server of its own; nobody is signed in.
    pub fn of(site: Site) -> Self {
        Self { service: service(site), cookies: Vec::new(), peer: None }
    }

    /// Signed in with an account opened by [`account`].
    pub async fn signed_in(app: &App, name: &str) -> Self {
        Self::new(app).sign_in(name).await
    }

    /// The same visitor, signed in.
    pub async fn sign_in(self, name: &str) -> Self {
        let mut browser = self;
        let answer = browser.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }

    /// Another visitor of the same server, without cookies.
    pub fn another(&self) -> Self {
        Self { service: self.service.clone(), cookies: Vec::new(), peer: None }
    }

    /// The same visitor at another server.
    pub fn visiting(&self, other: &Self) -> Self {
        Self { service: other.service.clone(), cookies: self.cookies.clone(), peer: self.peer }
    }

    /// The same visitor, coming from an address.
    pub fn from(self, address: [u8; 4]) -> Self {
        Self { peer: Some((address, 4711).into()), ..self }
    }

    /// The value of one of its cookies.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Keeps this cookie alone.
    pub fn keep_cookie(&mut self, name: &str) {
        self.cookies.retain(|(known, _)| known == name);
    }

    /// Deletes its cookies, as if the session had ended.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    pub async fn get(&mut self, path: &str) -> Answered {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Requests a fragment for an element, like htmx.
    pub async fn part(&mut self, path: &str, target: &str) -> Answered {
        self.send(Request::get(path).header("hx-request", "true").header("hx-target", target), Body::empty()).await
    }

    /// Sends a form with its fields.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let pairs = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let body = web::Fields::from_pairs(pairs).query_without(&[]);
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body)).await
    }

    /// Sends a form with a file.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Answered {
        self.upload_all(path, fields, &[file]).await
    }

    /// Sends a form with files.
    pub async fn upload_all(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answered {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, file_name, bytes) in files {
            let head =
                format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n");
            body.extend(head.bytes());
            body.extend(b"content-type: application/octet-stream\r\n\r\n");
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body)).await
    }

    /// Sends any request, with the cookies.
    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Answered {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.header(header::COOKIE, jar.join("; ")).body(body).expect("a request");
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = self.service.clone().oneshot(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        for line in head.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().expect("text").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        let location = head.headers.get(header::LOCATION).map(|to| to.to_str().expect("text").to_owned());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answered { status: head.status, location, text, bytes, headers: head.headers }
    }
}

impl Answered {
    /// The value of a hidden or other input of this name.
    pub fn value(&self, name: &str) -> String {
        let at = format!("name=\"{name}\"");
        let tags = self.text.split('<').filter(|tag| tag.contains(&at));
        let values = tags.filter_map(|tag| tag.split_once("value=\"")?.1.split('"').next());
        values
            .map(|value| value.replace("&#x2f;", "/").replace("&amp;", "&").replace("&quot;", "\""))
            .next()
            .unwrap_or_else(|| panic!("no input {name} in {}", self.text))
    }

    /// The fields of the form with this action, as a browser would submit them unchanged; the first one if there are several.
    pub fn form(&self, action: &str) -> Form {
        let text = self.text.replace("&#x2f;", "/");
        let at = text
            .find(&format!("action=\"{action}\" method=\"post\""))
            .unwrap_or_else(|| panic!("no form {action} in {text}"));
        let text = &text[at..];
        let text = &text[..text.find("</form>").expect("the end of the form")];
        let attribute = |tag: &str, name: &str| {
            let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
            Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        };
        let mut fields = Form(Vec::new());
        let mut select = None;
        for tag in text.split('<').skip(1) {
            let (head, rest) = tag.split_once('>').unwrap_or((tag, ""));
            let head = &head.split_whitespace().collect::<Vec<_>>().join(" ");
            let name = attribute(head, "name");
            let value = attribute(head, "value");
            let checked = head.contains(" checked");
            match (head.split(' ').next().unwrap_or_default(), attribute(head, "type").as_deref()) {
                ("input", Some("file")) => {}
                ("input", Some("checkbox" | "radio")) if !checked => {}
                ("input", _) => fields.0.extend(name.map(|name| (name, value.unwrap_or_default()))),
                ("textarea", _) => fields.0.extend(name.map(|name| (name, rest.to_owned()))),
                ("select", _) => select = name.map(|name| (name, None)),
                ("option", _) => {
                    if let Some((_, chosen)) = &mut select
                        && (chosen.is_none() || head.contains(" selected"))
                    {
                        *chosen = value;
                    }
                }
                ("/select", _) => {
                    fields.0.extend(select.take().map(|(name, chosen)| (name, chosen.unwrap_or_default())));
                }
                _ => {}
            }
        }
        fields
    }
}

/// The fields of a form, to be filled in and submitted.
#[derive(Clone, Debug)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// With another value of a field.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut form = self.without(name);
        form.0.push((name.to_owned(), value.to_owned()));
        form
    }

    /// Without a field.
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    /// The first value of a field.
    pub fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Its fields for [`Browser::post`].
    pub fn fields(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}
