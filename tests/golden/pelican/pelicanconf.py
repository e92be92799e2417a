AUTHOR = 'Ann'
SITENAME = "A 'blog'"
SITEURL = 'https://example.org'
PATH = 'content'
TIMEZONE = 'Europe/Paris'
DEFAULT_LANG = 'en'
FEED_ALL_ATOM = 'feeds/all.atom.xml'
FEED_ALL_RSS = 'feeds/all.rss.xml'
RSS_FEED_SUMMARY_ONLY = False
SUMMARY_MAX_LENGTH = 20
ARTICLE_URL = ('posts/{date:%Y}/{date:%b}/'
               '{slug}/')
ARTICLE_SAVE_AS = ARTICLE_URL + 'index.html'
ARTICLE_LANG_URL = '{lang}/{category}/{slug}.html'
ARTICLE_LANG_SAVE_AS = ARTICLE_LANG_URL
PLUGINS = ['render_math']
