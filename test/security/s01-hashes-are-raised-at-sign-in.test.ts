import { expect, test } from 'vitest';
import { PasswordHasher } from '../../src/modules/auth/password-hasher.ts';
import { createUser, PASSWORD, signIn } from '../support/factories.ts';
import { startTestApp } from '../support/test-app.ts';

test('a hash weaker than today’s is replaced at the next sign-in, one as strong is kept', async () => {
  await using app = await startTestApp();
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const storedHash = async (): Promise<string> => {
    const [row] = await app.sql<{ password_hash: string }>('select password_hash from app_user where id = $1', [
      user.id,
    ]);
    return row?.password_hash ?? '';
  };
  const weak = await PasswordHasher.create({ memoryKiB: 7_168, timeCost: 5 });
  const weaker = await weak.hash(PASSWORD, { from: 'earlier', isKnown: false });
  await app.sql('update app_user set password_hash = $2 where id = $1', [user.id, weaker]);

  await signIn(app.client, user.email);
  const raised = await storedHash();
  expect(raised).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await signIn(app.client, user.email);
  expect(await storedHash()).toBe(raised);
});
