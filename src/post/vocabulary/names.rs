//! The names of all keys that mean something, each with a number: what a post says is a set of them, and nearly all that is
//! asked for is known not to be there at once.

/// A set of names, a bit for each.
pub type Names = u128;

/// All of them, by the alphabet.
const ALL: [&str; 118] = [
    "abstract",
    "alt",
    "audio",
    "audioduration",
    "audiofile",
    "audiolength",
    "audiotype",
    "audiourl",
    "author",
    "authors",
    "banner",
    "build",
    "bytes",
    "categories",
    "category",
    "cover",
    "coveralt",
    "coverimage",
    "created",
    "createdat",
    "createddate",
    "date",
    "datecreated",
    "datemodified",
    "datepublished",
    "dateupdated",
    "description",
    "draft",
    "duration",
    "eleventycomputed",
    "eleventyexcludefromcollections",
    "enclosure",
    "enclosures",
    "excerpt",
    "excludefromfeed",
    "expirationdate",
    "expiredate",
    "expires",
    "expiresat",
    "expiry",
    "expirydate",
    "externallink",
    "externalurl",
    "extra",
    "featuredimage",
    "featuredimagealt",
    "featuredimg",
    "featureimage",
    "feed",
    "file",
    "filesize",
    "guid",
    "header",
    "headless",
    "heroimage",
    "id",
    "image",
    "imagealt",
    "images",
    "infeed",
    "isdraft",
    "lang",
    "language",
    "lastmod",
    "lastmodified",
    "lastmodifiedat",
    "lastmodifieddate",
    "lastupdated",
    "length",
    "link",
    "linkurl",
    "locale",
    "mediatype",
    "mimetype",
    "modified",
    "modifiedat",
    "modifieddate",
    "mp3",
    "ogimage",
    "params",
    "path",
    "permalink",
    "podcast",
    "podcastbytes",
    "podcastduration",
    "podcastfile",
    "podcastfilesize",
    "podcastlength",
    "podcasttype",
    "posted",
    "postedat",
    "pubdate",
    "publicationdate",
    "publish",
    "publishdate",
    "published",
    "publishedat",
    "publisheddate",
    "publishedon",
    "revised",
    "slug",
    "socialimage",
    "status",
    "summary",
    "tag",
    "tags",
    "taxonomies",
    "thumbnail",
    "title",
    "unpublishdate",
    "updated",
    "updatedat",
    "updatedate",
    "updateddate",
    "updatedon",
    "url",
    "uuid",
    "video",
];

/// The most that there can be.
pub const MOST: usize = Names::BITS as usize;

/// The numbers of names, each in the first free slot from its own on.
const SLOTS: [u8; COUNT] = {
    let (mut slots, mut number) = ([FREE; COUNT], 0);
    while (number as usize) < ALL.len() {
        let mut at = slot(ALL[number as usize].as_bytes());
        while slots[at] != FREE {
            at = (at + 1) % COUNT;
        }
        slots[at] = number;
        number += 1;
    }
    slots
};
const FREE: u8 = u8::MAX;
/// How many slots there are: twice as many as names.
const COUNT: usize = 256;

/// The own slot of a name, by its ends and its length.
const fn slot(name: &[u8]) -> usize {
    match name {
        [first, .., last] => (*first as usize * 19 + *last as usize * 11 + name.len() * 7) % COUNT,
        _ => 0,
    }
}

/// The number of a name.
pub fn number(name: &str) -> Option<usize> {
    let mut at = slot(name.as_bytes());
    loop {
        match SLOTS[at] {
            FREE => return None,
            number if ALL[usize::from(number)] == name => return Some(usize::from(number)),
            _ => at = (at + 1) % COUNT,
        }
    }
}

/// The numbers of names that are known here, in their order.
pub const fn numbers<const MANY: usize>(names: &[&str]) -> [u8; MANY] {
    let (mut numbers, mut next) = ([0; MANY], 0);
    while next < names.len() {
        while !is_same(ALL[numbers[next] as usize].as_bytes(), names[next].as_bytes()) {
            numbers[next] += 1;
        }
        next += 1;
    }
    numbers
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_its_number() {
        assert!(ALL.is_sorted() && ALL.len() <= MOST);
        for (at, name) in ALL.iter().enumerate() {
            assert_eq!((number(name), numbers(&[name])), (Some(at), [u8::try_from(at).unwrap()]), "{name}");
        }
        for unknown in ["", "titles", "Title", "{", "ä", "zzz", "`"] {
            assert_eq!(number(unknown), None, "{unknown}");
        }
    }
}
