//! Pictures without location, device and time: decoded, rotated upright, scaled down, and encoded again.

use std::io::{BufRead, Cursor, Seek};

use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    imageops::FilterType, metadata::Orientation,
};

use crate::{
    Media,
    stop::{Stop, Stopping},
};

/// The longest side of a stored picture, in pixels: enough to print a page.
pub const LONGEST_SIDE: u32 = 2560;
/// The most pixels that are read: the 48 million of a phone fit.
pub const MOST_PIXELS: u64 = 50_000_000;
/// The longest side that is read: beyond every camera's.
const LONGEST_READ: u32 = 20_000;
/// Bytes that reading a picture and making it smaller may take in memory.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// Bytes that what stands beside the pixels, such as a colour profile, may unpack to.
const MOST_BESIDE: u64 = 16 * 1024 * 1024;
/// What a picture is roughly brought down to before it is brought down well: the better way takes 16 bytes for each pixel between.
const LONGEST_BETWEEN: u32 = LONGEST_SIDE / 2 * 3;
const QUALITY: u8 = 85;

/// A picture that can't be accepted.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It is damaged, or not what its beginning shows.
    #[error("the picture can't be read: {0}")]
    Unreadable(image::ImageError),
    /// Its sides, its pixels or its memory go beyond what is read.
    #[error("the picture is too large")]
    TooLarge,
    /// Reading was told to stop.
    #[error("reading the picture was stopped")]
    Stopped,
}

impl From<image::ImageError> for PictureError {
    fn from(error: image::ImageError) -> Self {
        match error {
            image::ImageError::Limits(_) => Self::TooLarge,
            other => Self::Unreadable(other),
        }
    }
}

/// A picture as it is stored.
#[derive(Clone, Debug)]
pub struct Clean {
    /// JPEG, or PNG if the original was PNG or is transparent.
    pub media: Media,
    /// Its bytes: pixels and nothing else.
    pub bytes: Vec<u8>,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// Bytes that [`clean`] takes in memory for a picture, told from its header; refused is what it would refuse as too large.
pub fn need(bytes: &[u8], media: Media) -> Result<u64, PictureError> {
    let decoder = decoder(Cursor::new(bytes), media)?;
    within(bytes, media, &decoder)
}

/// Reads a picture and writes it anew. Only pixels pass: no Exif, no XMP, no comments, no thumbnails, no colour profile.
pub fn clean(bytes: &[u8], media: Media, stop: Stop<'_>) -> Result<Clean, PictureError> {
    let stopped = |fault| if stop() { PictureError::Stopped } else { fault };
    let go_on = || if stop() { Err(PictureError::Stopped) } else { Ok(()) };
    let mut decoder = decoder(Stopping::new(Cursor::new(bytes), stop), media).map_err(stopped)?;
    within(bytes, media, &decoder)?;
    let orientation = decoder.orientation().map_err(|fault| stopped(fault.into()))?;
    let picture = DynamicImage::from_decoder(decoder).map_err(|fault| stopped(fault.into()))?;
    go_on()?;
    let picture = reduced(picture, orientation);
    go_on()?;
    let size = picture.dimensions();
    let mut out = Vec::new();
    let media = if media == Media::Png || picture.color().has_alpha() {
        let plain = if picture.color().has_alpha() {
            DynamicImage::ImageRgba8(picture.into_rgba8())
        } else {
            DynamicImage::ImageRgb8(picture.into_rgb8())
        };
        plain.write_to(&mut Cursor::new(&mut out), ImageFormat::Png)?;
        Media::Png
    } else {
        JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(&picture.into_rgb8())?;
        Media::Jpeg
    };
    Ok(Clean { media, bytes: out, size })
}

/// What reads a picture, once it has read its header. Its own limits are no more than a beginning: most formats apply none
/// but those of the sides, see [`within`].
fn decoder<'a>(source: impl BufRead + Seek + 'a, media: Media) -> Result<impl ImageDecoder + 'a, PictureError> {
    let format = match media {
        Media::Png => ImageFormat::Png,
        Media::Webp => ImageFormat::WebP,
        _ => ImageFormat::Jpeg,
    };
    let mut reader = ImageReader::with_format(source, format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_READ);
    limits.max_image_height = Some(LONGEST_READ);
    // The decoder of PNG applies this to what it unpacks beside the pixels, and to nothing else.
    limits.max_alloc = Some(MOST_BESIDE);
    reader.limits(limits);
    Ok(reader.into_decoder()?)
}

/// The bytes that reading takes at its highest, if they are within bounds.
fn within(bytes: &[u8], media: Media, decoder: &impl ImageDecoder) -> Result<u64, PictureError> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS {
        return Err(PictureError::TooLarge);
    }
    // What the decoders hold beside the pixels that they hand out.
    let beside = match media {
        // A plane for each colour and one for what is transparent, or the pixels once more.
        Media::Webp => pixels * 7,
        Media::Jpeg => pixels * 2 * u64::from(colours_held(bytes)),
        _ => 0,
    };
    // As `reduced` does it: first roughly, then well, by way of the height that is kept.
    let longest = u64::from(width.max(height)).max(1);
    let (between, kept) = (longest.min(LONGEST_BETWEEN.into()), longest.min(LONGEST_SIDE.into()));
    let pixels_between = pixels * between / longest * between / longest;
    let bytes_between = pixels_between * u64::from(decoder.color_type().bytes_per_pixel());
    let reading = decoder.total_bytes().saturating_add(beside.max(bytes_between));
    let resizing = if longest > kept { bytes_between + pixels_between * kept / between * 16 } else { 0 };
    let most = reading.max(resizing);
    if most > MOST_MEMORY { Err(PictureError::TooLarge) } else { Ok(most) }
}

/// The colours of a JPEG of which the coefficients are held until the last scan, two bytes each: all of them where the picture
/// comes in steps or colour by colour, else none.
fn colours_held(bytes: &[u8]) -> u8 {
    let (mut at, mut colours) = (2, 0);
    while let Some(rest) = bytes.get(at..) {
        let &[0xff, marker, ..] = rest else {
            at += 1;
            continue;
        };
        let length = rest.get(2..4).map_or(0, |two| usize::from(two[0]) << 8 | usize::from(two[1]));
        match marker {
            0xc2 => return rest.get(9).copied().unwrap_or_default(),
            0xc0 | 0xc1 => colours = rest.get(9).copied().unwrap_or_default(),
            0xda => return if rest.get(4).is_some_and(|scanned| *scanned < colours) { colours } else { 0 },
            // Filling, or a mark that has no length.
            0xff => {
                at += 1;
                continue;
            }
            0x00 | 0x01 | 0xd0..=0xd9 => {
                at += 2;
                continue;
            }
            _ => {}
        }
        at += 2 + length.max(2);
    }
    0
}

/// A picture as large as it is kept, the way that it is looked at. It is turned last, when there is less of it to be held twice.
fn reduced(mut picture: DynamicImage, orientation: Orientation) -> DynamicImage {
    if picture.width().max(picture.height()) > LONGEST_BETWEEN {
        picture = picture.thumbnail(LONGEST_BETWEEN, LONGEST_BETWEEN);
    }
    if picture.width().max(picture.height()) > LONGEST_SIDE {
        picture = picture.resize(LONGEST_SIDE, LONGEST_SIDE, FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    picture
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use image::RgbImage;

    use super::*;

    /// A phone's photo: wider than the limit, taken upright, with a location in it.
    fn photo() -> Vec<u8> {
        let mut jpeg = Vec::new();
        let pixels = RgbImage::from_fn(3000, 1000, |x, _| image::Rgb([if x < 1500 { 250 } else { 5 }, 0, 0]));
        JpegEncoder::new(&mut jpeg).encode_image(&pixels).unwrap();
        // Exif: rotated by 90 degrees (0x0112 = 6), and a GPS block (0x8825) with a northern latitude (0x0001 = "N").
        let mut tiff = b"II*\0\x08\0\0\0".to_vec();
        tiff.extend(2u16.to_le_bytes());
        tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
        tiff.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
        tiff.extend([0; 4]);
        tiff.extend(1u16.to_le_bytes());
        tiff.extend([0x01, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0]);
        tiff.extend([0; 4]);
        tiff.extend(b"GPS 36.6758N 117.0009E");
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend(tiff);
        let mut with = jpeg[..2].to_vec();
        with.extend([0xff, 0xe1]);
        with.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        with.extend(exif);
        with.extend(&jpeg[2..]);
        with
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn a_photo_loses_its_location_and_keeps_its_rotation() {
        let photo = photo();
        let mut decoder = ImageReader::with_format(Cursor::new(&photo), ImageFormat::Jpeg).into_decoder().unwrap();
        assert!(decoder.exif_metadata().unwrap().is_some() && holds(&photo, b"GPS 36.6758N"));
        let clean = clean(&photo, Media::Jpeg, &|| false).unwrap();
        assert_eq!((clean.media, clean.size), (Media::Jpeg, (853, 2560)));
        for part in [&b"Exif"[..], b"GPS", b"II*\0", b"\xff\xe1"] {
            assert!(!holds(&clean.bytes[..1000], part), "{part:?}");
        }
        let mut decoder =
            ImageReader::with_format(Cursor::new(&clean.bytes), ImageFormat::Jpeg).into_decoder().unwrap();
        assert!(decoder.exif_metadata().unwrap().is_none());
        // Rotated clockwise by 90 degrees: what was on the left is now at the top.
        let decoded = image::load_from_memory(&clean.bytes).unwrap().into_rgb8();
        assert!(decoded.get_pixel(400, 10)[0] > 200 && decoded.get_pixel(400, 2550)[0] < 50);
    }

    #[test]
    fn a_broken_picture_is_refused() {
        assert!(matches!(
            clean(b"\xff\xd8\xff\xe0\x00\x10JFIF", Media::Jpeg, &|| false),
            Err(PictureError::Unreadable(_))
        ));
        // A picture that says it is a hundred thousand pixels wide.
        let mut wide = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        wide.extend(100_000u32.to_be_bytes());
        wide.extend(100_000u32.to_be_bytes());
        wide.extend([8, 2, 0, 0, 0]);
        assert!(clean(&wide, Media::Png, &|| false).is_err());
    }

    /// A JPEG of one colour whose header says another size, so that the test itself needs no memory.
    fn jpeg_of(width: u16, height: u16, frame: u8) -> Vec<u8> {
        let mut jpeg = Vec::new();
        JpegEncoder::new(&mut jpeg).encode_image(&RgbImage::new(8, 8)).unwrap();
        let at = jpeg.windows(2).position(|two| two == b"\xff\xc0").unwrap();
        jpeg[at + 1] = frame;
        jpeg[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
        jpeg[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
        jpeg
    }

    fn png_of(width: u32, height: u32, (depth, colour): (u8, u8)) -> Vec<u8> {
        let chunk = |name: &[u8], content: &[u8]| {
            let named = [name, content].concat();
            let crc = named.iter().fold(u32::MAX, |crc, byte| {
                (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
            });
            let length = u32::try_from(content.len()).unwrap().to_be_bytes();
            [&length[..], &named, &(!crc).to_be_bytes()].concat()
        };
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colour, 0, 0, 0]].concat();
        // An empty stream: the size is told before anything is unpacked.
        let pixels = chunk(b"IDAT", &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]);
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &pixels, &chunk(b"IEND", b"")].concat()
    }

    fn webp_of(width: u32, height: u32) -> Vec<u8> {
        let mut webp = Vec::new();
        image::codecs::webp::WebPEncoder::new_lossless(&mut webp)
            .encode(&[0; 3], 1, 1, image::ExtendedColorType::Rgb8)
            .unwrap();
        let at = webp.windows(4).position(|four| four == b"VP8L").unwrap() + 9;
        let mut bits = u32::from_le_bytes(webp[at..at + 4].try_into().unwrap());
        bits = bits & 0xf000_0000 | (width - 1) | (height - 1) << 14;
        webp[at..at + 4].copy_from_slice(&bits.to_le_bytes());
        webp
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_refused_by_its_header() {
        for (bytes, media) in [
            (png_of(20_000, 20_000, (8, 2)), Media::Png),
            (png_of(20_000, 2_501, (8, 0)), Media::Png),
            (jpeg_of(20_000, 20_000, 0xc0), Media::Jpeg),
            (webp_of(16_000, 16_000), Media::Webp),
            // Few enough pixels, but each takes much: 16 bits a colour, and coefficients that are held to the end.
            (png_of(8_000, 6_250, (16, 6)), Media::Png),
            (jpeg_of(8_000, 6_250, 0xc2), Media::Jpeg),
            (webp_of(8_000, 6_250), Media::Webp),
        ] {
            assert!(
                matches!(clean(&bytes, media, &|| false), Err(PictureError::TooLarge)),
                "{media:?} {}",
                bytes.len()
            );
            assert!(matches!(need(&bytes, media), Err(PictureError::TooLarge)), "{media:?} {}", bytes.len());
        }
    }

    #[test]
    fn what_a_picture_needs_is_told_and_stays_within_bounds() {
        for (bytes, media) in [
            // 48 million pixels of a phone.
            (jpeg_of(8_064, 6_048, 0xc0), Media::Jpeg),
            (jpeg_of(6_000, 4_000, 0xc2), Media::Jpeg),
            (png_of(8_000, 6_250, (8, 6)), Media::Png),
            (png_of(20_000, 2_500, (8, 2)), Media::Png),
            (webp_of(4_000, 5_000), Media::Webp),
        ] {
            let need = need(&bytes, media).unwrap();
            assert!((100_000_000..=MOST_MEMORY).contains(&need), "{media:?} {need}");
        }
        // Two of the usual ones fit beside each other.
        assert!(need(&jpeg_of(4_032, 3_024, 0xc0), Media::Jpeg).unwrap() < 160_000_000);
    }

    #[test]
    fn nobody_waits_for_a_picture_that_was_given_up() {
        let mut png = Vec::new();
        DynamicImage::new_rgb8(3000, 3000).write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        for (bytes, media) in [(png, Media::Png), (photo(), Media::Jpeg)] {
            assert!(matches!(clean(&bytes, media, &|| true), Err(PictureError::Stopped)), "{media:?}");
        }
    }
}
