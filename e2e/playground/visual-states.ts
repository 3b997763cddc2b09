import type { Page } from '@playwright/test';

/** A state of the page that is worth a picture. */
export interface VisualState {
  readonly name: string;
  /** Fragment or path after the address of the site. */
  readonly address?: string;
  /** Brings a page that has just opened into the state, at 1440×900. */
  reach(page: Page): Promise<void>;
}

export const SIZES = [
  { name: '1440', width: 1440, height: 900 },
  { name: '1024', width: 1024, height: 768 },
  { name: '390', width: 390, height: 844 },
] as const;

const MANY = `apiVersion: apps/v1
kind: Deployment
metadata: {name: many}
spec:
  replicas: 1000
  selector: {matchLabels: {app: many}}
  template:
    metadata: {labels: {app: many}}
    spec: {containers: [{name: main, image: 'registry.k8s.io/pause:3.10'}]}
`;

async function nodes(page: Page): Promise<void> {
  await page.locator('.node').nth(2).waitFor();
  await page.locator('.monaco .view-line').first().waitFor();
}

/** A line of kubectl, run by the page's terminal. */
async function type(page: Page, ...lines: readonly string[]): Promise<void> {
  if ((await page.locator('.dock .terminal').count()) === 0) await page.keyboard.press('Control+`');
  await page.locator('.dock .xterm').click();
  for (const line of lines) await page.keyboard.type(`${line}\n`);
}

async function apply(page: Page): Promise<void> {
  await nodes(page);
  await page.locator('.editor .primary').click();
  await page.locator('.pod.ready').nth(2).waitFor();
}

async function inspected(page: Page, tab: string): Promise<void> {
  await apply(page);
  await page.locator('.pod').first().click();
  await page.getByRole('complementary', { name: 'Inspector' }).getByRole('tab', { name: tab }).click();
  await page.waitForTimeout(1_500);
}

/** What people see, from the first visit to what goes wrong. */
export const STATES: readonly VisualState[] = [
  { name: 'empty', reach: nodes },
  {
    name: 'applying',
    async reach(page) {
      await nodes(page);
      await page.locator('.editor .primary').click();
      await page.locator('.pod.waiting').first().waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Pause' }).click();
    },
  },
  {
    name: 'rolling-update',
    async reach(page) {
      await apply(page);
      await type(page, 'kubectl set image deploy/web nginx=nginx:1.26');
      await page.locator('.pod.waiting').first().waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
    },
  },
  {
    name: 'crash-loop',
    async reach(page) {
      await apply(page);
      await type(page, 'kubectl create deploy crash --image=busybox -- sh -c "echo boom; exit 1"');
      await page.locator('.pod.backoff').getByText('CrashLoopBackOff').waitFor();
      await page.locator('.pod.backoff').click();
    },
  },
  {
    name: 'pending',
    async reach(page) {
      await apply(page);
      await type(
        page,
        'kubectl create deploy huge --image=nginx',
        'kubectl set resources deploy huge --requests=cpu=64',
      );
      await page.locator('.pod.unschedulable').waitFor();
      await page.locator('.pod.unschedulable').click();
      await page.getByRole('tab', { name: 'Scheduling' }).click();
    },
  },
  {
    name: 'thousand-pods',
    async reach(page) {
      await nodes(page);
      await page.locator('.editor').evaluate((editor, text) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], 'many.yaml'));
        editor.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
      }, MANY);
      await page.getByRole('tab', { name: 'many.yaml' }).waitFor();
      await page.locator('.editor .primary').click();
      await page.locator('.painted-note', { hasText: /1,00\d Pods/ }).waitFor();
      await page.waitForTimeout(3_000);
    },
  },
  {
    name: 'node-down',
    async reach(page) {
      await apply(page);
      await page.locator('.node-head').first().click();
      await page.getByRole('button', { name: 'Stop kubelet' }).click();
      await page.getByRole('combobox', { name: 'Speed' }).selectOption('60');
      await page.locator('.node.down').waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
    },
  },
  {
    name: 'table',
    async reach(page) {
      await apply(page);
      await page.getByRole('tab', { name: 'Table' }).click();
      await page.locator('[role=grid]').focus();
      await page.keyboard.press('0');
      await page.locator('tbody tr', { hasText: 'kube-system' }).first().waitFor();
    },
  },
  {
    name: 'map',
    async reach(page) {
      await apply(page);
      await page.getByRole('tab', { name: 'Map' }).click();
      await page.locator('.card').first().waitFor();
    },
  },
  { name: 'inspector-summary', reach: (page) => inspected(page, 'Summary') },
  { name: 'inspector-describe', reach: (page) => inspected(page, 'Describe') },
  { name: 'inspector-yaml', reach: (page) => inspected(page, 'YAML') },
  { name: 'inspector-logs', reach: (page) => inspected(page, 'Logs') },
  { name: 'inspector-shell', reach: (page) => inspected(page, 'Shell') },
  { name: 'inspector-states', reach: (page) => inspected(page, 'States') },
  { name: 'inspector-why', reach: (page) => inspected(page, 'Why') },
  {
    name: 'cause',
    async reach(page) {
      await apply(page);
      const events = page.getByRole('region', { name: 'Events' });
      await events.getByRole('searchbox').fill('update deployment readyreplicas');
      await events.getByRole('button', { name: 'why' }).first().click();
    },
  },
  {
    name: 'palette',
    async reach(page) {
      await apply(page);
      await page.keyboard.press('Control+k');
      await page.locator('dialog input').fill('web');
    },
  },
  {
    name: 'help',
    async reach(page) {
      await nodes(page);
      await page.getByRole('button', { name: 'Help' }).click();
    },
  },
  {
    name: 'settings',
    async reach(page) {
      await nodes(page);
      await page.getByRole('button', { name: 'Settings' }).click();
    },
  },
  {
    name: 'examples',
    async reach(page) {
      await nodes(page);
      await page.getByRole('button', { name: 'Examples' }).click();
      await page.locator('.example pre').waitFor();
    },
  },
  {
    name: 'share',
    async reach(page) {
      await apply(page);
      await page.getByRole('button', { name: 'Share' }).click();
      await page.getByRole('status').first().waitFor();
    },
  },
  {
    name: 'refused',
    async reach(page) {
      await nodes(page);
      await page.locator('.monaco .view-line', { hasText: 'replicas' }).click();
      await page.keyboard.press('End');
      await page.keyboard.type('x');
      await page.locator('.problem-line').waitFor();
      await page.locator('.editor .primary').click();
      await page.locator('.results .refused').waitFor();
    },
  },
  {
    name: 'bad-link',
    address: '#s=eJx',
    async reach(page) {
      await nodes(page);
      await page.locator('.problem').waitFor();
    },
  },
  {
    name: 'docs-widget',
    address: 'docs/getting-started.html',
    async reach(page) {
      await page.locator('tabernetes-sandbox .run').first().click();
      await page.locator('tabernetes-sandbox .node').first().waitFor();
      await page.waitForTimeout(4_000);
    },
  },
];
