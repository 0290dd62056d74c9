//! Reads length and codecs of an MP4 film from the box that describes it, which may be at the beginning or the end of the file.

/// What is known of a film.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Film {
    /// How long it is.
    pub seconds: u64,
    /// Four letters of each codec of its tracks that is known here.
    pub codecs: Vec<&'static str>,
}

impl Film {
    /// Whether browsers can play the video track: H.264, AV1, VP9; many can play H.265.
    pub fn plays(&self) -> bool {
        ["avc1", "avc3", "av01", "vp09", "hvc1", "hev1"].iter().any(|codec| self.codecs.contains(codec))
    }
}

/// A walk over the boxes of a file: which bytes to read next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boxes {
    /// The next box begins at this offset; its first 16 bytes have to be read.
    At(u64),
    /// The description of the film is in this range of bytes.
    Described(u64, u64),
    /// There is no description.
    None,
}

/// Bytes of a box's header.
const HEAD: u64 = 16;

impl Boxes {
    /// The next step, from the header that was read at an offset of the file.
    #[must_use]
    pub fn next(at: u64, head: &[u8], size: u64) -> Self {
        let (Some(length), Some(name)) = (number(head, 0, 4), head.get(4..8)) else { return Self::None };
        let length = match length {
            0 => size.saturating_sub(at),
            1 => number(head, 8, 8).unwrap_or(0),
            length => length,
        };
        let end = at.checked_add(length).filter(|end| length >= 8 && *end <= size);
        match end {
            Some(end) if name == b"moov" => Self::Described(at, end),
            Some(end) if end + HEAD <= size => Self::At(end),
            _ => Self::None,
        }
    }
}

fn number(bytes: &[u8], from: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(from..from.checked_add(length)?)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Reads the content of the box `moov`.
pub fn film(moov: &[u8]) -> Film {
    const CODECS: [&str; 10] = ["avc1", "avc3", "av01", "vp09", "hvc1", "hev1", "mp4v", "s263", "mjpa", "apcn"];
    let find = |name: &[u8]| moov.windows(4).position(|four| four == name);
    // After the name: version and flags; two times of 4 bytes each in version 0, else of 8; the time scale; the duration.
    let seconds = find(b"mvhd").and_then(|at| {
        let (scale, duration) = match moov.get(at + 4)? {
            0 => (number(moov, at + 16, 4)?, number(moov, at + 20, 4)?),
            _ => (number(moov, at + 24, 4)?, number(moov, at + 28, 8)?),
        };
        duration.checked_div(scale)
    });
    // A list of samples: size, name, version and flags, count, then for each its size and its codec.
    let mut codecs = Vec::new();
    for (at, _) in moov.windows(4).enumerate().filter(|(_, four)| four == b"stsd") {
        let codec = moov.get(at + 16..at + 20);
        let known = CODECS.into_iter().find(|known| codec == Some(known.as_bytes()));
        // Each once, however many tracks there are.
        codecs.extend(known.filter(|known| !codecs.contains(known)));
    }
    Film { seconds: seconds.unwrap_or_default(), codecs }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(name: &[u8], content: &[u8]) -> Vec<u8> {
        let mut bytes = u32::try_from(content.len() + 8).unwrap_or(0).to_be_bytes().to_vec();
        bytes.extend(name);
        bytes.extend(content);
        bytes
    }

    #[test]
    fn the_description_of_a_film_is_found_wherever_it_is() {
        let mut header = vec![0; 12];
        header.extend(1000u32.to_be_bytes());
        header.extend(95_000u32.to_be_bytes());
        let mut samples = vec![0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 16];
        samples.extend(b"avc1");
        let moov = boxed(b"moov", &[boxed(b"mvhd", &header), boxed(b"stsd", &samples)].concat());
        let file = [boxed(b"ftyp", b"mp42"), boxed(b"mdat", &[0; 40]), moov].concat();
        let size = file.len() as u64;
        let (mut walk, mut steps) = (Boxes::At(0), 0);
        while let Boxes::At(at) = walk {
            let from = usize::try_from(at).unwrap_or_default();
            walk = Boxes::next(at, &file[from..from + 16], size);
            steps += 1;
        }
        assert_eq!((walk, steps), (Boxes::Described(60, size), 3));
        let film = film(&file[60..]);
        assert_eq!(film, Film { seconds: 95, codecs: vec!["avc1"] });
        assert!(film.plays() && !Film { codecs: vec!["mp4v"], ..Film::default() }.plays());
        // A box whose stated length exceeds the file.
        assert_eq!(Boxes::next(0, b"\xff\xff\xff\xffmdat\0\0\0\0\0\0\0\0", 100), Boxes::None);
    }

    #[test]
    fn hostile_boxes_neither_hold_the_walk_nor_fill_the_memory() {
        // Lengths that lead nowhere, backwards or beyond the largest number.
        for length in [
            &[0, 0, 0, 1, b'm', b'd', b'a', b't', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..],
            &[0, 0, 0, 1, b'm', b'd', b'a', b't', 0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(Boxes::next(50, length, 100), Boxes::None);
        }
        assert_eq!(Boxes::next(50, b"\0\0\0\x07free\0\0\0\0\0\0\0\0", 100), Boxes::None);
        // Each step goes on, however small the boxes are.
        assert_eq!(Boxes::next(50, b"\0\0\0\x08free\0\0\0\x08free", 100), Boxes::At(58));
        let samples = boxed(b"stsd", &[&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 16][..], b"avc1"].concat());
        let film = film(&boxed(b"moov", &samples.repeat(100_000)));
        assert_eq!(film.codecs, ["avc1"]);
    }
}
