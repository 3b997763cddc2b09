import type { ExampleWords } from '../messages/examples/ko.ts';
import { type Example, readExample } from './example.ts';
import { TOPICS } from './topics.ts';

/** Every example, by topic and title. The texts are a chunk of their own, loaded when somebody looks for one. */
export const LIBRARY: readonly Example[] = Object.entries(
  import.meta.glob<string>('./library/*.yaml', { query: '?raw', import: 'default', eager: true }),
)
  .map(([path, source]) => readExample(path.slice(path.lastIndexOf('/') + 1), source))
  .sort((a, b) => order(a) - order(b) || a.title.localeCompare(b.title, 'en'));

/** The library as it is told in another language; the words of ours still find its examples. */
export const toldIn = ({ told }: ExampleWords): readonly Example[] =>
  LIBRARY.map((example) => {
    const [title = example.title, tells = example.tells] = told[example.name] ?? [];
    return { ...example, title, tells, keywords: `${example.title} ${example.tells} ${example.keywords}` };
  });

function order({ topic }: Example): number {
  return (TOPICS as readonly string[]).indexOf(topic);
}
