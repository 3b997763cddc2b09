/** The languages of the page. */
export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each is called by those who speak it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

const PLURALS = new Intl.PluralRules('en');
const NUMBERS = new Intl.NumberFormat('en');

/** `1 node`, `2 nodes`, `1,000 nodes`: English counts by two forms; `many` is the singular with an s unless told. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${PLURALS.select(count) === 'one' ? one : many}`;
}

/** `10,000`: thousands are parted alike in both languages. */
export const numberText = (value: number): string => NUMBERS.format(value);

/**
 * A catalogue in another language: the same keys, whatever they say. A key that is missing or unknown is a type error, and so is one
 * that takes other arguments.
 */
export type Translated<T> = {
  readonly [Key in keyof T]: T[Key] extends string
    ? string
    : T[Key] extends (...given: infer Given) => string
      ? (...given: Given) => string
      : Translated<T[Key]>;
};

/**
 * Which language to speak: the one that was chosen, else the first of those that the browser asks for and that there is.
 *
 * @param asked language tags such as `ko-KR`, best first
 */
export function languageFor(chosen: string, asked: readonly string[]): Language {
  const known = [chosen, ...asked].map((tag) => LANGUAGES.find((each) => tag.toLowerCase().split('-')[0] === each));
  return known.find((each) => each !== undefined) ?? 'en';
}
