import type { StillMessages } from '@tabernetes/ui/still-messages';
import type { PageClusterOptions } from '@tabernetes/worker/connect';

export type Panel = 'editor' | 'cluster' | 'events' | 'terminal';
const PANELS: readonly Panel[] = ['editor', 'cluster', 'events', 'terminal'];

type Addon = NonNullable<PageClusterOptions['addons']>[number];
const ADDONS: readonly Addon[] = ['dns', 'ingress', 'load-balancer', 'metrics', 'storage', 'system-pods'];

/** What an author said in the attributes of a sandbox. */
export interface Settings {
  readonly panels: readonly Panel[];
  /** A CSS length. */
  readonly height: string;
  readonly isReadOnly: boolean;
  readonly runsItself: boolean;
  /** Files are applied when the cluster runs; else the reader presses Apply. */
  readonly applies: boolean;
  readonly commands: readonly string[];
  readonly options: PageClusterOptions;
  /** What is wrong with the attributes, for the author. */
  readonly problems: readonly string[];
}

/** Reads attributes; what cannot be used is told and left at its default. */
export function readSettings(attribute: (name: string) => string | null, words: StillMessages): Settings {
  const problems: string[] = [];
  const number = (name: string, fallback: number, most: number): number => {
    const text = attribute(name);
    if (text === null) return fallback;
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= most) return value;
    problems.push(words.notANumber(name, text, most));
    return fallback;
  };
  const whole = (name: string, fallback: number, most: number): number => Math.round(number(name, fallback, most));
  const latency = attribute('latency') ?? 'short';
  if (latency !== 'none' && latency !== 'short' && latency !== 'real') {
    problems.push(words.noneOf('latency', latency, ['none', 'short', 'real']));
  }
  return {
    panels: readPanels(attribute('layout'), problems, words),
    height: readHeight(attribute('height')),
    isReadOnly: attribute('readonly') !== null,
    runsItself: attribute('autorun') !== null,
    applies: attribute('manual') === null,
    commands: linesOf(attribute('run') ?? ''),
    options: {
      nodes: whole('nodes', 3, 100),
      seed: whole('seed', 1, 2 ** 32 - 1),
      speed: number('speed', 1, 1_000),
      latency: latency === 'none' || latency === 'real' ? latency : 'short',
      kubelet: 'simulated',
      addons: readAddons(attribute('addons') ?? '', problems, words),
    },
    problems,
  };
}

/** Lines that say something. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

function readAddons(text: string, problems: string[], words: StillMessages): readonly Addon[] {
  const named = wordsOf(text);
  for (const word of named) {
    if (!ADDONS.some((addon) => addon === word)) {
      problems.push(words.noneOf('addons', word, ADDONS));
    }
  }
  return ADDONS.filter((addon) => named.includes(addon));
}

const wordsOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '');

function readPanels(text: string | null, problems: string[], words: StillMessages): readonly Panel[] {
  if (text === null) return ['editor', 'cluster'];
  const named = wordsOf(text);
  for (const word of named) {
    if (!PANELS.some((panel) => panel === word)) {
      problems.push(words.noneOf('layout', word, PANELS));
    }
  }
  const panels = PANELS.filter((panel) => named.includes(panel));
  return panels.length > 0 ? panels : ['editor', 'cluster'];
}

function readHeight(text: string | null): string {
  if (text === null || text.trim() === '') return '420px';
  return /^\d+$/.test(text.trim()) ? `${text.trim()}px` : text;
}
