/** A block of code that stands in a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page in Markdown, in their order. */
export function codeBlocks(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}
