export default {
	eleventyComputed: {
		permalink: (data) => {
			if (data.draft) { return false; }
			return `/diary/${data.page.fileSlug}/`;
		},
	},
	author: "Bo",
};
