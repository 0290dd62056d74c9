//! A QR code as SVG: black on white whatever the theme, a quiet zone of four modules, one path.

use qrcode::{Color, EcLevel, QrCode};

use crate::error::DocumentError;

/// Modules of white around the code.
const QUIET: usize = 4;

/// The QR code of a text of about 2,300 letters at most; `title` is read out by screen readers.
pub fn qr_svg(text: &str, title: &str) -> Result<String, DocumentError> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
        .map_err(|fault| DocumentError::Qr { fault: fault.to_string() })?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (row, colors) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = colors[column..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", column + QUIET, row + QUIET));
            }
            column += run.max(1);
        }
    }
    let safe = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let (title, address) = (safe(title), safe(text));
    Ok(format!(
        "<svg class=\"qr\" data-address=\"{address}\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{title}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dark_modules_are_those_of_the_code() {
        let text = "http://127.0.0.1:8080/check-in/12.345.abc";
        let svg = qr_svg(text, "签到 <1>").expect("a code");
        let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).expect("a code");
        let dark = code.to_colors().iter().filter(|color| **color == Color::Dark).count();
        let drawn: usize = svg.split('h').filter_map(|part| part.strip_suffix("v1")?.parse::<usize>().ok()).sum();
        assert_eq!(drawn, dark);
        assert!(svg.contains("签到 &lt;1>") && !svg.contains("style="));
        assert!(qr_svg(&"x".repeat(3000), "").is_err());
    }
}
