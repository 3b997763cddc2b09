import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../commands/registry.ts';
import { flagFacts, subcommandFacts } from '../facts.ts';
import { SHARED_FLAGS } from './shared-flags.ts';

function allPaths(path = ''): readonly string[] {
  return subcommandFacts(path).flatMap((fact) => [fact.path, ...allPaths(fact.path)]);
}

describe('help', () => {
  test('KCT-20 every command that there is has a short text, and every flag of it a meaning', async () => {
    const missing: string[] = [];
    for (const path of allPaths()) {
      const [first = ''] = path.split(' ');
      const entry = COMMANDS[first];
      if (entry === undefined) continue;
      const { help } = await entry.help();
      if (!help[path]?.short) missing.push(path);
      for (const { name, hidden } of flagFacts(path)) {
        if (!hidden && !help[path]?.flags?.[name] && !SHARED_FLAGS[name]) missing.push(`${path} --${name}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
