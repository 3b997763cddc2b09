/** A manifest of the library. */
export interface Example {
  /** `sidecar.yaml` */
  readonly name: string;
  readonly title: string;
  /** What it belongs to: `Patterns: structure`. */
  readonly topic: string;
  /** What it shows, in a sentence or two. */
  readonly tells: string;
  /** What becomes true once it was applied, in the words of checks. */
  readonly expects: readonly string[];
  /** Further words that it is found by. */
  readonly keywords: string;
  /** The manifest with its comments, without the head that says all this. */
  readonly text: string;
}

const HEAD = /^# (title|topic|tells|expect|keywords): (.*)\n/;

/**
 * Reads a file of the library: lines `# title: …`, `# topic: …`, `# tells: …`, `# keywords: …` and any number of
 * `# expect: …`, then the manifest.
 *
 * @throws {Error} when it does not say what it is
 */
export function readExample(name: string, source: string): Example {
  const head = new Map<string, string[]>();
  let text = source;
  for (let line = HEAD.exec(text); line !== null; line = HEAD.exec(text)) {
    const [all, key = '', value = ''] = line;
    head.set(key, [...(head.get(key) ?? []), value]);
    text = text.slice(all.length);
  }
  const said = (key: string): string => {
    const [value] = head.get(key) ?? [];
    if (value === undefined) throw new Error(`${name} has no ${key}`);
    return value;
  };
  return {
    name,
    title: said('title'),
    topic: said('topic'),
    tells: said('tells'),
    expects: head.get('expect') ?? [],
    keywords: head.get('keywords')?.join(' ') ?? '',
    text: text.replace(/^\n+/, ''),
  };
}

/** Examples that have every word somewhere: in what they are called, what they tell, or the kinds that they use. */
export function matchingExamples(examples: readonly Example[], words: string): readonly Example[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return examples;
  return examples.filter(({ title, topic, tells, keywords, text }) => {
    const kinds = [...text.matchAll(/^kind: (\w+)/gm)].map(([, kind]) => kind).join(' ');
    const all = `${title} ${topic} ${tells} ${keywords} ${kinds}`.toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
}
