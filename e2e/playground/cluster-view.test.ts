import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { shareLink } from '../../packages/ui/src/files/share-link.ts';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { eachVisits } from './visit.ts';

describe.skipIf(noBrowser !== '')(`the cluster that is seen, in Chromium${noBrowser}`, { timeout: 90_000 }, () => {
  const site = builtSite();
  let page: Page;
  eachVisits(site, async (opened) => {
    page = opened;
    await page.keyboard.press('Control+`');
    await page.locator('.terminal .xterm').waitFor();
  });

  test('a crash is counted down, and the kubelet’s machine shows where it stands', async () => {
    await page.keyboard.type('kubectl create deploy crash --image=busybox -- sh -c "exit 1"\n');
    const tile = page.locator('.pod.backoff');
    await tile.getByText('CrashLoopBackOff').waitFor();
    expect(await tile.locator('.badge.number').textContent()).toMatch(/^0:\d\d$/);
    await tile.click();
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByRole('tab', { name: 'States' }).click();
    await inspector.getByRole('img', { name: /^container: / }).waitFor();
    await inspector.getByRole('tab', { name: 'Scheduling' }).click();
    await inspector.getByText('was chosen').waitFor();
  });

  test('a request through a Service is drawn with its status; a menu deletes the Pod that asks', async () => {
    await page.keyboard.type('kubectl apply -f web.yaml\n');
    await page.keyboard.type(
      'kubectl run client --image=busybox -- sh -c "while true; do wget -qO- http://web; sleep 0.2; done"\n',
    );
    await page.locator('.packet-status', { hasText: 'web 200' }).first().waitFor();
    await page.locator('[data-pod="default/client"]').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
  });

  test('UI-19 a painted cluster has the keys and the menu of tiles', async () => {
    await page.goto('about:blank');
    await page.goto(shareLink({ 'a.yaml': '' }, { playground: site.url, nodes: 70 }));
    const canvas = page.locator('.painted canvas');
    await page.locator('.painted-note', { hasText: '70 nodes' }).waitFor();
    await canvas.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('y');
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByText('kind: Node').waitFor();
    await canvas.focus();
    await canvas.press('Shift+F10');
    await page.getByRole('menu', { name: 'Node node-2' }).getByRole('menuitem', { name: 'Cordon' }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await inspector.getByText('unschedulable: true').waitFor();
    await canvas.click({ button: 'right', position: { x: 100, y: 35 } });
    await page.getByRole('menu').waitFor();
  });
});
