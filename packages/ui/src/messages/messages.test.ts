import { describe, expect, test } from 'vitest';
import { counted, languageFor } from './counted.ts';
import { en as pageEnglish } from './page/en.ts';
import { ko as pageKorean } from './page/ko.ts';
import { en as sharedEnglish } from './shared/en.ts';
import { ko as sharedKorean } from './shared/ko.ts';

describe('the catalogue', () => {
  const LANGUAGES = [
    { name: 'UI-14 what was chosen', chosen: 'en', asked: ['ko-KR', 'en'], language: 'en' },
    { name: 'UI-14 the first that there is', chosen: '', asked: ['fr-FR', 'ko', 'en'], language: 'ko' },
    { name: 'UI-14 English for all others', chosen: '', asked: ['fr-FR'], language: 'en' },
  ];
  for (const { name, chosen, asked, language } of LANGUAGES) {
    test(name, () => expect(languageFor(chosen, asked)).toBe(language));
  }

  test('UI-14 one is one, more are many, thousands are parted', () => {
    expect([counted(1, 'node'), counted(0, 'node'), counted(5_000, 'node')]).toEqual([
      '1 node',
      '0 nodes',
      '5,000 nodes',
    ]);
    expect(sharedKorean.cluster.summary(5_000, 1)).toBe('노드 5,000개 · 파드 1개');
  });

  test('UI-14 Korean is written in Hangul, but for names and signs', () => {
    const same = [...texts(sharedEnglish, sharedKorean), ...texts(pageEnglish, pageKorean)];
    expect(same.filter(({ en, ko }) => en === ko && !['cpu', 'IP', 'YAML'].includes(en))).toEqual([]);
  });
});

/** Texts of both catalogues that take no arguments. */
function texts(en: object, ko: object): readonly { readonly en: string; readonly ko: string }[] {
  return Object.entries(en).flatMap(([key, value]) => {
    const other: unknown = (ko as Readonly<Record<string, unknown>>)[key];
    if (typeof value === 'string') return [{ en: value, ko: String(other) }];
    return typeof value === 'object' && value !== null ? texts(value, other as object) : [];
  });
}
