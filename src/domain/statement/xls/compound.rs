//! The container of an old workbook (MS-CFB): a file of sectors, with streams in chains of them.
//!
//! Nothing that it says of lengths is believed: no chain is longer than the file, and nothing is reserved.

/// What a file of this kind begins with.
pub(super) const SIGNATURE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Numbers of sectors from here on say something else; `END` that a chain ends.
const MAX_SECTOR: u32 = 0xffff_fffa;
const END: u32 = 0xffff_fffe;
/// Shorter streams stand in the stream of small sectors.
const SMALL: usize = 4096;
const SMALL_SECTOR: usize = 64;
const ENTRY: usize = 128;
/// So many sectors of the table of chains are named in the header.
const NAMED_IN_HEADER: usize = 109;

/// The container as a file has it.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector_size: usize,
    /// Which sector follows which.
    chains: Vec<u32>,
    small_chains: Vec<u32>,
    small_sectors: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    len: usize,
}

impl<'a> Compound<'a> {
    /// Opens a container; none when it is broken, or cut off.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let header = bytes.get(..512)?;
        let sector_size = match u16_at(header, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        if !header.starts_with(&SIGNATURE) || u16_at(header, 32)? != 6 {
            return None;
        }
        let mut compound = Self {
            bytes,
            sector_size,
            chains: Vec::new(),
            small_chains: Vec::new(),
            small_sectors: Vec::new(),
            entries: Vec::new(),
        };
        compound.read_chains(header)?;
        let entries = compound.chain(u32_at(header, 48)?, usize::MAX)?;
        compound.entries = entries.chunks_exact(ENTRY).filter_map(entry).collect();
        let small = u32_at(header, 60)?;
        let root = compound.entries.first()?;
        if small != END && root.start != END {
            let (start, len) = (root.start, root.len);
            compound.small_sectors = compound.chain(start, len)?;
            let small = compound.chain(small, usize::MAX)?;
            compound.small_chains = numbers(&small).collect();
        }
        Some(compound)
    }

    /// Whether there is a stream or a folder of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The bytes of a stream; none when it is not there, or is broken.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.name == name)?;
        let stream = if entry.len < SMALL {
            self.small_chain(entry.start, entry.len)?
        } else {
            self.chain(entry.start, entry.len)?
        };
        (stream.len() == entry.len).then_some(stream)
    }

    fn sectors(&self) -> usize {
        self.bytes.len() / self.sector_size
    }

    /// A sector; the last one may be cut short.
    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        if number >= MAX_SECTOR {
            return None;
        }
        let number = usize::try_from(number).ok()?;
        let start = number.checked_add(1)?.checked_mul(self.sector_size)?;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        Some(&rest[..rest.len().min(self.sector_size)])
    }

    /// Reads which sector follows which, from the sectors that the header names, and those that it names on.
    fn read_chains(&mut self, header: &[u8]) -> Option<()> {
        let mut named: Vec<u32> = numbers(&header[76..]).take(NAMED_IN_HEADER).collect();
        let mut more = u32_at(header, 68)?;
        let mut steps = 0;
        while more < MAX_SECTOR {
            steps += 1;
            let sector = self.sector(more).filter(|_| steps <= self.sectors())?;
            let mut numbers: Vec<u32> = numbers(sector).collect();
            more = numbers.pop()?;
            named.extend(numbers);
        }
        named.retain(|number| *number < MAX_SECTOR);
        // One for each sector of the file, and not more than one for each of these.
        if named.len() > self.sectors() / (self.sector_size / 4) + 2 {
            return None;
        }
        for number in named {
            let sector = self.sector(number)?;
            self.chains.extend(numbers(sector));
        }
        Some(())
    }

    /// The bytes of a chain, `len` at most; none when it leads nowhere or round and round.
    fn chain(&self, start: u32, len: usize) -> Option<Vec<u8>> {
        let sector = |number| self.sector(number);
        follow(start, len, &self.chains, self.sectors(), sector)
    }

    fn small_chain(&self, start: u32, len: usize) -> Option<Vec<u8>> {
        let sectors = self.small_sectors.len() / SMALL_SECTOR + 1;
        let sector = |number: u32| {
            let start = usize::try_from(number).ok()?.checked_mul(SMALL_SECTOR)?;
            let rest = self.small_sectors.get(start..)?;
            Some(&rest[..rest.len().min(SMALL_SECTOR)])
        };
        follow(start, len, &self.small_chains, sectors, sector)
    }
}

fn follow<'b>(
    start: u32,
    len: usize,
    chains: &[u32],
    sectors: usize,
    sector: impl Fn(u32) -> Option<&'b [u8]>,
) -> Option<Vec<u8>> {
    let (mut bytes, mut next) = (Vec::new(), start);
    for _ in 0..=sectors {
        if next == END || bytes.len() >= len {
            bytes.truncate(len);
            return Some(bytes);
        }
        bytes.extend_from_slice(sector(next)?);
        // Where it ends without saying so nothing follows.
        let following = usize::try_from(next).ok().and_then(|next| chains.get(next));
        next = following.copied().unwrap_or(MAX_SECTOR);
    }
    None
}

/// An entry of the directory; none where nothing stands.
fn entry(bytes: &[u8]) -> Option<Entry> {
    let units = numbers_of_two(&bytes[..64]).take_while(|unit| *unit != 0);
    let kind = *bytes.get(66)?;
    (kind != 0).then_some(())?;
    Some(Entry {
        name: char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
        start: u32_at(bytes, 116)?,
        len: usize::try_from(u32_at(bytes, 120)?).ok()?,
    })
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn numbers_of_two(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    bytes
        .chunks_exact(2)
        .map(|two| u16::from_le_bytes([two[0], two[1]]))
}

/// The number at a place; none beyond the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    numbers_of_two(bytes.get(at..at.checked_add(2)?)?).next()
}

/// The number at a place; none beyond the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    numbers(bytes.get(at..at.checked_add(4)?)?).next()
}
