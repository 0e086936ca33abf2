import { expect, test } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { startTestApp } from '../../support/test-app.ts';
import { USER_STATS } from './statistics-client.ts';

const ORDER_STATS = '{ orderStats { totalOrders } }';

test('statistics are for holders of statistics:read', async () => {
  await using app = await startTestApp();
  const { client } = app.admin;
  const manager = await signedInUser(client, { role: 'manager' });
  const user = await signedInUser(client);
  for (const query of [USER_STATS, ORDER_STATS]) {
    expect(await client.codeOf(query)).toBeNull();
    expect(await manager.client.codeOf(query)).toBeNull();
    expect(await user.client.codeOf(query)).toBe('FORBIDDEN');
    expect(await client.as(null).codeOf(query)).toBe('UNAUTHENTICATED');
  }
});
