#!/usr/bin/env python3
"""Makes a blog to measure with: always the same one for the same number of posts.

    benches/blog.py FOLDER POSTS [--many-tags N] [--all-formats]

Posts of about 5 KB in folders of 1000, one an hour: each with one of 12 categories and one to five of 200 tags (or of
N), of which few are on many posts and many on few; every tenth is not in English. It also writes feedwright.yaml: the three
feeds that everybody has, and one per tag (or three, of the three formats).
"""
import argparse
import random
import time
from pathlib import Path

FEEDS = ("rss.xml", "atom.xml", "feed.json")
SUFFIXES = {"atom": ".xml", "rss": ".rss", "json": ".json"}
WORDS = """rain gauge funnel spoon magnet switch count meadow pond willow frost louvre plank battery panel radio logger disc
sector barrier paint edge reading minute hour morning ridge fog valley airfield notebook kitchen bucket tea ladder""".split()
OTHER_WORDS = """Regen Trichter Löffel Wiese Weiß Frühjahr été forêt rivière noël снег дождь ветер река 雨 風 雪 池 ποτάμι
άνεμος größer naïve Straße cœur утро вечер""".split()
CATEGORIES = """instruments weather notes workshop garden journeys letters numbers radio software history kitchen""".split()
START = 1262304000


class Writer:
    """Writes posts, one after the other, from a sequence of its own."""

    def __init__(self, tags):
        self.dice = random.Random(20240309)
        self.tags = [f"{word}-{number}" if number else word for number in range(-(-tags // len(WORDS))) for word in WORDS][:tags]
        self.weights = [1 / (rank + 1) for rank in range(tags)]
        self.paragraphs = {False: self.stock(WORDS), True: self.stock(OTHER_WORDS)}

    def stock(self, words):
        return [self.paragraph(words) for _ in range(400)]

    def sentence(self, words):
        return " ".join(self.dice.choices(words, k=self.dice.randint(6, 18))).capitalize() + "."

    def paragraph(self, words):
        sentences = [self.sentence(words) for _ in range(self.dice.randint(3, 7))]
        place = self.dice.randrange(len(sentences))
        sentences[place] = f"The *{self.dice.choice(words)}* is [at {self.dice.choice(words)}](/notes/{self.dice.randrange(900)}/)."
        return " ".join(sentences)

    def post(self, number):
        """A post's front matter and body."""
        dice, other = self.dice, number % 10 == 9
        words, stock = (OTHER_WORDS if other else WORDS), self.paragraphs[other]
        tags = list(dict.fromkeys(dice.choices(self.tags, self.weights, k=dice.randint(1, 5))))
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + number * 3600))
        parts, size = [], 0
        while size < 4600:
            parts.append(dice.choice(stock))
            size += len(parts[-1].encode())
        parts.insert(1, f"- {dice.choice(words)}\n- [{dice.choice(words)}](/notes/{number}/)\n\n```c\nint {dice.choice(WORDS)}(void);\n```")
        parts.insert(3, f"## The {dice.choice(words)}\n\n![A picture](/img/{number}.png)")
        front = [f"title: {self.sentence(words)[:60].strip(' .')} {number}", f"date: {stamp}", f"tags: [{', '.join(tags)}]",
                 f"categories: {dice.choice(CATEGORIES)}", "author: Ada Example", f'description: "{self.sentence(words)}"']
        return "---\n" + "\n".join(front) + "\n---\n\n" + "\n\n".join(parts) + "\n"


def name_of(number):
    """A post's path below the folder of posts."""
    return f"{number // 1000:03}/post-{number:06}.md"


def feeds(formats):
    """The feeds as the configuration has them: of all, and per tag in these formats."""
    per_tag = [f"{{path: 'tags/:tag{SUFFIXES[format]}', format: {format}, per: tag}}" for format in formats]
    return ", ".join([*FEEDS, *per_tag])


def make(folder, posts, tags=200, formats=("atom",)):
    """Makes the blog; the text of the newest ten posts by name, which are in its feeds."""
    writer, newest = Writer(tags), {}
    for number in range(posts):
        name, text = name_of(number), writer.post(number)
        path = folder / "posts" / name
        if number % 1000 == 0:
            path.parent.mkdir(parents=True)
        path.write_text(text)
        if number >= posts - 10:
            newest[name] = text
    (folder / "feedwright.yaml").write_text(
        "site:\n  title: A measured blog\n  url: https://blog.example/\nposts:\n  path: posts\noutput: public\n"
        f"feeds: [{feeds(formats)}]\n")
    return newest


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("posts", type=int)
    parser.add_argument("--many-tags", type=int, default=200, metavar="N")
    parser.add_argument("--all-formats", action="store_true", help="feeds per tag in RSS and JSON, too")
    options = parser.parse_args()
    make(options.folder, options.posts, options.many_tags, SUFFIXES if options.all_formats else ("atom",))
