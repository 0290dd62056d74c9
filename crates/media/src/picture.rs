//! Pictures without location, device and time: decoded, rotated upright, scaled down, and encoded again.

use std::io::Cursor;

use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};

use crate::Media;

/// The longest side of a stored picture, in pixels: enough to print a page.
pub const LONGEST_SIDE: u32 = 2560;
/// The longest side that is accepted, longer than any camera's.
const LONGEST_READ: u32 = 20_000;
/// Bytes of memory that decoding a picture may take.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
const QUALITY: u8 = 85;

/// A picture that can't be accepted.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It is damaged, or not what its beginning shows.
    #[error("the picture can't be read: {0}")]
    Unreadable(image::ImageError),
    /// Its sides or its memory exceed the limits.
    #[error("the picture is too large")]
    TooLarge,
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

/// Decodes a picture and encodes it again. Only pixels pass: no Exif, no XMP, no comments, no thumbnails, no colour profile.
pub fn clean(bytes: &[u8], media: Media) -> Result<Clean, PictureError> {
    let format = match media {
        Media::Png => ImageFormat::Png,
        Media::Webp => ImageFormat::WebP,
        _ => ImageFormat::Jpeg,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_READ);
    limits.max_image_height = Some(LONGEST_READ);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > LONGEST_SIDE {
        picture = picture.resize(LONGEST_SIDE, LONGEST_SIDE, FilterType::Triangle);
    }
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
        let clean = clean(&photo, Media::Jpeg).unwrap();
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
        assert!(matches!(clean(b"\xff\xd8\xff\xe0\x00\x10JFIF", Media::Jpeg), Err(PictureError::Unreadable(_))));
        // A picture whose header states a width of a hundred thousand pixels.
        let mut wide = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        wide.extend(100_000u32.to_be_bytes());
        wide.extend(100_000u32.to_be_bytes());
        wide.extend([8, 2, 0, 0, 0]);
        assert!(clean(&wide, Media::Png).is_err());
    }
}
