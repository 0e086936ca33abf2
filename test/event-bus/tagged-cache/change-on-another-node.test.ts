import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createCacheDeployment } from './cache-nodes.ts';

test('what another node changed is read within a second', async () => {
  await using deployment = await createCacheDeployment();
  await using here = await deployment.startNode();
  await using there = await deployment.startNode();
  const shelf = await there.openShelf('old');
  await waitFor(async () => (await here.nameOf(shelf)) === 'old', { describe: 'the shelf' });
  await here.nameOf(shelf);
  const loads = here.loads();
  expect(await here.nameOf(shelf)).toBe('old');
  expect(here.loads()).toBe(loads);

  await there.rename(shelf, 'new');

  await waitFor(async () => (await here.nameOf(shelf)) === 'new', { describe: 'the new name', timeoutMs: 1_000 });
});
