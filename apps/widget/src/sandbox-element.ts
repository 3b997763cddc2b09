import { type Language, languageFor, STILL_MESSAGES, type StillMessages } from '@tabernetes/ui/still-messages';
import { CHECK_TAG, type CheckElement } from './check-element.ts';
import { linesOf, readSettings, type Settings } from './settings.ts';
import { readSources } from './sources.ts';
import css from './still.css?inline';
import { still } from './still.ts';

export const SANDBOX_TAG = 'tabernetes-sandbox';

/** One style sheet for all that stand still. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/**
 * `<tabernetes-sandbox>`: manifests, and a Kubernetes cluster that runs them.
 *
 * Attributes: `src`, `layout` (`editor cluster events terminal`), `height`, `theme` (`light`, `dark`, `auto`), `readonly`,
 * `autorun` (when it comes into view), `manual` (the reader applies), `run` (commands, a line each), `nodes`, `seed`,
 * `speed`, `latency` (`none`, `short`, `real`), `addons` (`dns ingress load-balancer metrics storage system-pods`), `expect` (a
 * line each). `lang` (`en`, `ko`), here or on anything around it: what its buttons say.
 *
 * Events, which bubble: `tabernetes-ready`, `tabernetes-applied`, `tabernetes-check`, `tabernetes-complete` (every check is
 * met), `tabernetes-problem`.
 */
export class SandboxElement extends HTMLElement {
  static readonly observedAttributes = ['height'];
  readonly #root = this.attachShadow({ mode: 'open' });
  #stop: (() => void) | undefined;
  #isStarting = false;
  #wasComplete = false;
  #visible: IntersectionObserver | undefined;

  connectedCallback(): void {
    this.#root.adoptedStyleSheets = [sheet];
    // Children come while the page is still read.
    if (document.readyState === 'loading')
      document.addEventListener('DOMContentLoaded', () => void this.#show(), { once: true });
    else void this.#show();
  }

  disconnectedCallback(): void {
    this.#visible?.disconnect();
    this.stop();
  }

  attributeChangedCallback(): void {
    this.style.setProperty('--height', this.#settings().height);
  }

  /** Starts the cluster, as the button does. Resolves when its code is there. */
  async run(): Promise<void> {
    if (this.#stop !== undefined || this.#isStarting) return;
    this.#isStarting = true;
    const button = this.#root.querySelector<HTMLButtonElement>('.run');
    if (button !== null) button.disabled = true;
    try {
      const settings = this.#settings();
      const language = this.#language;
      const [{ mount, messages }, { files, commands }] = await Promise.all([
        import('./mount.tsx').then(async (made) => ({ ...made, messages: await made.widgetMessages(language) })),
        readSources(this, this.#words),
      ]);
      if (!this.isConnected) return;
      const place = document.createElement('div');
      place.className = 'place';
      place.lang = language;
      this.#root.replaceChildren(place);
      this.#wasComplete = false;
      this.#stop = mount(this.#root, place, {
        language,
        messages,
        settings,
        files,
        commands: [...settings.commands, ...commands],
        checks: this.#checks(),
        onReady: () => this.#tell('ready', {}),
        onApplied: (results) => this.#tell('applied', { results }),
        onChecks: (checks) => this.#hear(checks),
        onProblem: (message) => this.#failed(message),
        onReset: () => void this.reset(),
      });
    } catch (error) {
      this.#failed(this.#words.cannotRun(error instanceof Error ? error.message : String(error)));
    } finally {
      this.#isStarting = false;
    }
  }

  /** Ends the cluster and shows the files again. */
  stop(): void {
    if (this.#stop === undefined) return;
    this.#stop();
    this.#stop = undefined;
    if (this.isConnected) void this.#show();
  }

  /** Begins again, with a new cluster. */
  async reset(): Promise<void> {
    this.#stop?.();
    this.#stop = undefined;
    await this.run();
  }

  /** The language of the page around, where it is one that there is; else the reader's. */
  get #language(): Language {
    const around = this.closest('[lang]')?.getAttribute('lang') ?? '';
    return languageFor(around, navigator.languages);
  }

  get #words(): StillMessages {
    return STILL_MESSAGES[this.#language];
  }

  #settings(): Settings {
    return readSettings((name) => this.getAttribute(name), this.#words);
  }

  /** What stands still; and what runs by itself once it is seen. */
  async #show(problem?: string): Promise<void> {
    const settings = this.#settings();
    this.style.setProperty('--height', settings.height);
    const { files, commands, problems } = await readSources(this, this.#words);
    if (this.#stop !== undefined || this.#isStarting) return;
    this.#root.replaceChildren(
      still({
        files,
        panels: settings.panels,
        commands: [...settings.commands, ...commands],
        checks: this.#checks().map(({ label }) => label),
        problems: [...settings.problems, ...problems, ...(problem === undefined ? [] : [problem])],
        nodes: settings.options.nodes === undefined ? 3 : Number(settings.options.nodes),
        words: this.#words,
        onRun: () => void this.run(),
      }),
    );
    if (!settings.runsItself || problem !== undefined) return;
    this.#visible = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#visible?.disconnect();
      void this.run();
    });
    this.#visible.observe(this);
  }

  #checkElements(): readonly CheckElement[] {
    const all = [...document.querySelectorAll<CheckElement>(CHECK_TAG)];
    return all.filter((element) => element.sandbox === this);
  }

  #checks(): readonly { readonly text: string; readonly label: string }[] {
    const own = linesOf(this.getAttribute('expect') ?? '').map((text) => ({ text, label: text }));
    return [...own, ...this.#checkElements().map((element) => ({ text: element.expectation, label: element.label }))];
  }

  #hear(checks: readonly { readonly text: string; readonly state: string; readonly detail: string }[]): void {
    const elements = this.#checkElements();
    for (const check of checks) {
      for (const element of elements) if (element.expectation === check.text) element.hear(check);
      this.#tell('check', { ...check });
    }
    const isComplete = checks.every(({ state }) => state === 'met');
    if (isComplete && !this.#wasComplete) this.#tell('complete', {});
    this.#wasComplete = isComplete;
  }

  #failed(message: string): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#isStarting = false;
    this.#tell('problem', { message });
    void this.#show(message);
  }

  #tell(what: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(`tabernetes-${what}`, { detail, bubbles: true, composed: true }));
  }
}
