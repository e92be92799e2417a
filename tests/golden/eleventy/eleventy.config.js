import { feedPlugin } from "@11ty/eleventy-plugin-rss";
import markdownIt from "markdown-it";
import { InputPathToUrlTransformPlugin } from "@11ty/eleventy";
import figures from "markdown-it-implicit-figures";
export default async function (eleventyConfig) {
	eleventyConfig.addPlugin(feedPlugin, {
		type: "atom", outputPath: "/feed/feed.xml",
		collection: { name: "posts", limit: 0 },
		metadata: { language: "en", title: "Blog", subtitle: "x", base: "https://example.org/", author: { name: "Ann" } }
	});
	eleventyConfig.addPlugin(InputPathToUrlTransformPlugin);
	eleventyConfig.setFrontMatterParsingOptions({ excerpt: true, excerpt_separator: "<!-- fold -->" });
	eleventyConfig.setLibrary("md", markdownIt({ html: true }).use(figures, { figcaption: true }));
};
export const config = { dir: { input: "content", output: "_site" }, pathPrefix: "/notes/", markdownTemplateEngine: "liquid" };
