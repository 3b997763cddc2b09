import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';
import { describe, expect, test } from 'vitest';

/** Attributes that people read or hear. */
const SPOKEN = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'alt',
  'label',
  'placeholder',
  'title',
]);
/** Names; kinds and reasons are Kubernetes' own words in every language. */
const NAMES = new Set(['Tabernetes', 'OOMKilled', 'Pod']);

describe('what people read', () => {
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  const files = ['packages/ui/src', 'apps/playground/src', 'apps/widget/src'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tsx'))
      .map((name) => `${folder}/${name}`),
  );
  test('UI-13 no component has a text of its own', () => {
    const found = files.flatMap((file) =>
      literals(readFileSync(root + file, 'utf8')).map((text) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
  });
  test('UI-13 a text in a component would be found', () => {
    const source = `const A = () => <b title="Close it">{open ? 'Open' : close} Now {name} {\`\${n} nodes\`}<i className="word" /></b>;`;
    expect(literals(source)).toEqual(['Close it', 'Open', 'Now', 'nodes']);
  });
});

/** Texts in JSX that have a word in them: between tags, in expressions between tags, and in attributes that are spoken. */
function literals(source: string): readonly string[] {
  const found: string[] = [];
  const note = (text: string): void => {
    const said = text.trim();
    if (/[A-Za-z]{2,}/.test(said) && !NAMES.has(said)) found.push(said);
  };
  /** `isShown`: what this expression comes to is read by people. */
  const visit = (value: unknown, isShown: boolean): void => {
    if (Array.isArray(value)) for (const each of value) visit(each, isShown);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Node;
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      visit(node['opening'], false);
      visit(node['children'], true);
    } else if (node.type === 'JSXAttribute') {
      visit(node['value'], SPOKEN.has((node['name'] as { readonly value?: string }).value ?? ''));
    } else if (node.type === 'JSXText') note(String(node['value']));
    else if (node.type === 'StringLiteral' && isShown) note(String(node['value']));
    else if (node.type === 'TemplateLiteral') {
      if (isShown) for (const part of node['quasis'] as readonly { readonly raw: string }[]) note(part.raw);
      visit(node['expressions'], isShown);
    } else if (isShown && node.type === 'ConditionalExpression') {
      visit(node['test'], false);
      visit(node['consequent'], true);
      visit(node['alternate'], true);
    } else if (isShown && node.type === 'BinaryExpression') {
      const isChoice = ['&&', '||', '??', '+'].includes(String(node['operator']));
      visit(node['left'], isChoice && node['operator'] !== '&&');
      visit(node['right'], isChoice);
    } else {
      const passes = node.type === 'JSXExpressionContainer' || node.type === 'ParenthesisExpression';
      for (const part of Object.values(node)) visit(part, isShown && passes);
    }
  };
  visit(parseSync(source, { syntax: 'typescript', tsx: true, target: 'es2022' }).body, false);
  return found;
}

interface Node {
  readonly type?: string;
  readonly [key: string]: unknown;
}
