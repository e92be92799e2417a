import { feedPlugin } from "@11ty/eleventy-plugin-rss";
export default async function (eleventyConfig) {
	eleventyConfig.addPlugin(feedPlugin, {
		type: "atom", outputPath: "/feed/feed.xml",
		collection: { name: "posts", limit: 0 },
		metadata: { language: "en", title: "Blog", subtitle: "x", base: "https://example.org/", author: { name: "Ann" } }
	});
};
export const config = { dir: { input: "content", output: "_site" }, markdownTemplateEngine: "liquid" };
