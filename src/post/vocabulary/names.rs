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

/// Where those of each letter begin.
const LETTERS: [usize; 27] = {
    let (mut starts, mut at, mut letter) = ([0; 27], 0, 0);
    while letter < starts.len() {
        while at < ALL.len() && ((ALL[at].as_bytes()[0] - b'a') as usize) < letter {
            at += 1;
        }
        starts[letter] = at;
        letter += 1;
    }
    starts
};

/// The number of a name.
pub fn number(name: &str) -> Option<usize> {
    let letter = usize::from(name.bytes().next()?.wrapping_sub(b'a'));
    let (start, end) = (*LETTERS.get(letter)?, *LETTERS.get(letter + 1)?);
    ALL[start..end].iter().position(|known| *known == name).map(|at| start + at)
}

/// Names that are known here, as a set.
pub const fn set(names: &[&str]) -> Names {
    let (mut set, mut next) = (0, 0);
    while next < names.len() {
        let mut number = 0;
        while !is_same(ALL[number].as_bytes(), names[next].as_bytes()) {
            number += 1;
        }
        set |= 1 << number;
        next += 1;
    }
    set
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
            assert_eq!((number(name), set(&[name])), (Some(at), 1 << at), "{name}");
        }
        for unknown in ["", "titles", "Title", "{", "ä", "zzz", "`"] {
            assert_eq!(number(unknown), None, "{unknown}");
        }
    }
}
