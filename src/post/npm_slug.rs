//! The slugs of npm's package `slugify`, which Eleventy's filter `slug` makes with `lower: true`.

use unicode_normalization::UnicodeNormalization;

/// What stays besides ASCII's letters, digits and `_`.
const KEPT: &str = "$*_+~.()'\"!-:@";

/// A text with letters spelled in ASCII, without other signs than those that stay, and with hyphens for blanks.
pub(super) fn slug(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc() {
        match LETTERS.iter().find(|(_, spelled)| spelled.contains(c)) {
            Some((spelling, _)) if *spelling == "-" => plain.push(' '),
            Some((spelling, _)) => plain.extend(spelling.chars().filter(|c| is_kept(*c))),
            None if c == '-' => plain.push(' '),
            None if is_kept(c) => plain.extend(c.to_lowercase()),
            None => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join("-")
}

fn is_kept(c: char) -> bool {
    c.is_ascii_alphanumeric() || c.is_whitespace() || KEPT.contains(c)
}

/// How letters and signs are spelled, in lower case: each spelling, and what is spelled so.
#[rustfmt::skip]
const LETTERS: [(&str, &str); 132] = [
    ("", "Ььْ"),
    ("\"", "“”„"),
    ("'", "‘’"),
    ("(c)", "©"),
    ("(r)", "®"),
    ("*", "•"),
    ("+", "†"),
    ("-", "–"),
    ("...", "…"),
    ("0", "٠۰"),
    ("1", "١۱"),
    ("2", "٢۲"),
    ("3", "Ξξ٣۳"),
    ("4", "٤۴"),
    ("5", "٥۵"),
    ("6", "٦۶"),
    ("7", "٧۷"),
    ("8", "Θθ٨۸"),
    ("9", "٩۹"),
    ("a", "ªÀÁÂÃÄÅàáâãäåĀāĂăĄąΆΑάαАаԱءأاعىَაẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ"),
    ("aa", "آ"),
    ("ae", "ÆæӘә"),
    ("an", "ً"),
    ("and", "&"),
    ("austral", "₳"),
    ("b", "ΒβБбԲبბ"),
    ("baht", "฿"),
    ("bitcoin", "₿"),
    ("c", "ÇçĆćČčЋЦцћՑ"),
    ("c'", "Ծ"),
    ("cedi", "₵"),
    ("cent", "¢"),
    ("ch", "ЧчՉچჩჭ"),
    ("cruzeiro", "₢"),
    ("currency", "¤"),
    ("d", "ÐðĎďΔδДдԴدდ∂"),
    ("d'", "Ձ"),
    ("delta", "∆"),
    ("dh", "ض"),
    ("dj", "ĐđЂђ"),
    ("dollar", "$"),
    ("dong", "₫"),
    ("drachma", "₯"),
    ("dz", "Џџძ"),
    ("e", "ÈÉÊËèéêëĒēĖėĘęĚěƏəΈΕέεЕЭеэԵئِეẸẹẺẻẼẽẾếỀềỂểỄễỆệ"),
    ("e'", "Է"),
    ("ecu", "₠"),
    ("en", "ٍ"),
    ("euro", "€"),
    ("ev", "և"),
    ("f", "ƒΦφФфՖفფ"),
    ("french franc", "₣"),
    ("g", "ĞğĢģΓγГгҐґԳگგ"),
    ("gh", "ҒғՂغღ"),
    ("greater", ">"),
    ("guarani", "₲"),
    ("h", "ΉΗήηХхҺһՀةحهჰ"),
    ("hryvnia", "₴"),
    ("i", "ÌÍÎÏìíîïĨĩĪīĮįİıΊΐΙΪίιϊІИиіԻإიỈỉỊị"),
    ("indian rupee", "₹"),
    ("infinity", "∞"),
    ("j", "ЈЙйјՋجჯ"),
    ("jh", "Ժ"),
    ("k", "ĶķΚκКкԿكکკქ"),
    ("kazakhstani tenge", "₸"),
    ("kh", "Ққخხ"),
    ("kip", "₭"),
    ("l", "ĻļĽľŁłΛλЛлԼلლ"),
    ("la", "ﻻ"),
    ("laa", "ﻵﻷ"),
    ("lai", "ﻹ"),
    ("less", "<"),
    ("lira", "₤"),
    ("lj", "ǈǉЉљ"),
    ("love", "♥"),
    ("m", "ΜμМмՄمმ"),
    ("mill", "₥"),
    ("n", "ÑñŃńŅņŇňΝνНнՆنნ"),
    ("naira", "₦"),
    ("new shequel", "₪"),
    ("ng", "Ңң"),
    ("nj", "ǋǌЊњ"),
    ("o", "ºÒÓÔÕÖØòóôõöøŌōŐőƠơ˚ΌΟοόОоოỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợ"),
    ("o''", "Օ"),
    ("oe", "ŒœӨө"),
    ("on", "ٌ"),
    ("or", "|"),
    ("p", "ΠπПпՊپპ"),
    ("p'", "Փ"),
    ("penny", "₰"),
    ("percent", "%"),
    ("peseta", "₧"),
    ("peso", "₱"),
    ("pound", "£"),
    ("ps", "Ψψ"),
    ("q", "قყ"),
    ("q'", "Ք"),
    ("r", "ŔŕŘřΡρРрՐرრ"),
    ("r'", "Ռ"),
    ("rial", "﷼"),
    ("rupee", "₨"),
    ("russian ruble", "₽"),
    ("s", "ŚśŞşŠšȘșΣςσСсՍسصსṢṣ"),
    ("sh", "ШЩшщՇشშ"),
    ("sm", "℠"),
    ("ss", "ßẞ"),
    ("sum", "∑"),
    ("t", "ŢţŤťȚțΤτТтՏتطთტ"),
    ("t'", "Թ"),
    ("th", "Þþثذ"),
    ("tm", "™"),
    ("ts", "ცწ"),
    ("tugrik", "₮"),
    ("turkish lira", "₺"),
    ("tw", "Ճ"),
    ("u", "ÙÚÛÜùúûüŨũŪūŮůŰűŲųƯưУЪуъѝҰұؤُუỤụỦủỨứỪừỬửỮữỰự"),
    ("ue", "Үү"),
    ("v", "ВвՎვ"),
    ("w", "ŴŵΏΩωώوẀẁẂẃẄẅ"),
    ("won", "₩"),
    ("x", "ΧχԽ"),
    ("y", "ÝýÿŶŷŸΎΥΫΰυϋύЫыՅيیỲỳỴỵỶỷỸỹ"),
    ("y'", "Ը"),
    ("ya", "Яя"),
    ("ye", "Єє"),
    ("yen", "¥円"),
    ("yi", "Її"),
    ("yo", "Ёё"),
    ("yu", "Юю"),
    ("yuan", "元"),
    ("z", "ŹźŻżŽžΖζЗзԶزظზ"),
    ("zh", "Жжژჟ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stay_and_letters_are_spelled() {
        // as `slugify(text, { lower: true })` 1.6 has them
        let cases = [
            ("Don'ts & Dos: (part 2)!", "don'ts-and-dos:-(part-2)!"),
            ("  a – b - c/d, e? #f ", "a-b-cd-e-f"),
            ("Über Straße 100%", "uber-strasse-100percent"),
            ("Жизнь v1.2~x", "zhizn-v1.2~x"),
            ("日本 ok", "ok"),
        ];
        for (text, expected) in cases {
            assert_eq!(slug(text), expected, "{text}");
        }
    }
}
