/** One document of a file. */
export interface DocumentPart {
  /** Where it begins in the file, in characters: after the line that parts it from the one before. */
  readonly at: number;
  readonly source: string;
}

/** Parts between lines that hold only `---`; those without anything in them are left out. */
export function documentsOf(text: string): readonly DocumentPart[] {
  const documents: DocumentPart[] = [];
  let at = 0;
  for (const line of text.matchAll(/^---[ \t]*(?:#.*)?$/gm)) {
    documents.push({ at, source: text.slice(at, line.index) });
    at = line.index + line[0].length;
  }
  documents.push({ at, source: text.slice(at) });
  return documents.filter(({ source }) => /^\s*[^\s#]/m.test(source));
}

/** Documents that lie between two places of the file, in part at least. */
export const documentsBetween = (text: string, from: number, to: number): readonly DocumentPart[] =>
  documentsOf(text).filter(({ at, source }) => at <= to && from <= at + source.length);

/** First character of a document that is neither white space nor a comment, from the beginning of the file. */
export const firstCharacter = ({ at, source }: DocumentPart): number => {
  const line = source.search(/^[ \t]*[^\s#]/m);
  return line < 0 ? at : at + line + (/^\s*/.exec(source.slice(line))?.[0].length ?? 0);
};
