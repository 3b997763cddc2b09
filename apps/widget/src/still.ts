import type { StillMessages } from '@tabernetes/ui/still-messages';
import type { PageFile } from '@tabernetes/worker/connect';
import hljs from 'highlight.js/lib/core';
import yaml from 'highlight.js/lib/languages/yaml';
import type { Panel } from './settings.ts';

hljs.registerLanguage('yaml', yaml);

interface Still {
  readonly files: readonly PageFile[];
  readonly panels: readonly Panel[];
  readonly commands: readonly string[];
  readonly checks: readonly string[];
  readonly problems: readonly string[];
  readonly nodes: number;
  readonly words: StillMessages;
  readonly onRun: () => void;
}

/** What is seen before anything runs, and on paper: the files, what they will make, and a button. */
export function still({ files, panels, commands, checks, problems, nodes, words, onRun }: Still): HTMLElement {
  const run = element('button', 'run', [text(words.run)]);
  run.setAttribute('type', 'button');
  run.addEventListener('click', onRun);
  const isCode = panels.includes('editor') || !panels.includes('cluster');
  const sources = isCode ? files.map((file) => code(file.text)) : [];
  if (commands.length > 0) {
    sources.push(element('pre', 'commands', [text(commands.map((line) => `$ ${line}\n`).join(''))]));
  }
  const objects = files.flatMap((file) => objectsIn(file.text));
  return element('div', 'still', [
    element('header', 'still-bar', [
      element('span', 'title', [text(files.map(({ name }) => name).join(', ') || words.title)]),
      run,
    ]),
    ...problems.map((problem) => element('p', 'problem', [text(problem)])),
    element('div', 'still-body', [
      sources.length > 0 ? element('div', 'still-files', sources) : undefined,
      snapshot(objects, nodes),
    ]),
    ...(checks.length > 0
      ? [
          element(
            'ul',
            'still-checks',
            checks.map((label) => element('li', '', [text(`○ ${label}`)])),
          ),
        ]
      : []),
  ]);
}

/** Nodes without Pods, and the objects that are about to be; an author may put a picture here. */
function snapshot(objects: readonly string[], nodes: number): HTMLElement {
  const slot = element('slot', '', [
    element(
      'div',
      'still-nodes',
      Array.from({ length: Math.min(nodes, 6) }, (_, at) => element('span', 'still-node', [text(`node-${at + 1}`)])),
    ),
    element(
      'ul',
      'still-objects',
      objects.map((object) => element('li', '', [text(object)])),
    ),
  ]);
  slot.setAttribute('name', 'snapshot');
  return element('div', 'snapshot', [slot]);
}

function code(source: string): HTMLElement {
  const inner = element('code', '', []);
  // highlight.js escapes what it is given.
  inner.innerHTML = hljs.highlight(source, { language: 'yaml' }).value;
  return element('pre', 'source', [inner]);
}

/** `Deployment web`, for a reader: near enough without a parser of YAML, which comes when the cluster does. */
function objectsIn(source: string): readonly string[] {
  return source
    .split(/^---.*$/m)
    .map((part) => {
      const kind = /^kind:\s*["']?([\w.]+)/m.exec(part)?.[1];
      const name = /^metadata:\s*(?:\{.*?|\n(?:[ \t]+.*\n)*?[ \t]+)name:\s*["']?([\w.-]+)/m.exec(part)?.[1];
      return kind === undefined ? '' : `${kind} ${name ?? ''}`.trim();
    })
    .filter((object) => object !== '');
}

function element(name: string, className: string, children: readonly (Node | undefined)[]): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

const text = (content: string): Text => document.createTextNode(content);
