import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { composeMessage, MailNotSentError, type MailTransport, type OutgoingMail } from './mail-transport.ts';

/** Older ones are deleted. */
const MAX_FILES = 1_000;

/**
 * Writes every mail to a file that mail programs open, in a folder only this user can read. The repeat of a mail replaces
 * its file, so each mail is there once.
 */
export function openFolderTransport(folder: string, maxFiles: number = MAX_FILES): MailTransport {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return {
    async send(mail) {
      try {
        const { message } = await composer.sendMail(composeMessage(mail));
        if (!Buffer.isBuffer(message)) throw new Error('The composer gave no buffer.');
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await write(folder, mail, message);
        await prune(folder, maxFiles);
      } catch (error) {
        throw new MailNotSentError('The mail could not be written to its folder.', { cause: error });
      }
    },
    forget: (isTheirs) => forget(folder, isTheirs),
    async [Symbol.asyncDispose]() {
      composer.close();
    },
  };
}

/** A reader never sees half a mail. */
async function write(folder: string, { kind, messageId }: OutgoingMail, message: Buffer): Promise<void> {
  const id = messageId.replace(/^<([^@]*)@.*$/, '$1').replaceAll(/[^A-Za-z0-9-]/g, '');
  const earlier = (await readdir(folder)).find((name) => name.endsWith(`-${kind}-${id}.eml`));
  const time = new Date().toISOString().replaceAll(':', '-');
  const target = join(folder, earlier ?? `${time}-${kind}-${id}.eml`);
  await writeFile(`${target}.part`, message, { mode: 0o600 });
  await rename(`${target}.part`, target);
}

async function forget(folder: string, isTheirs: (address: string) => boolean): Promise<void> {
  for (const name of await namesIn(folder)) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch(orNothing);
    const [head = ''] = text?.split('\n\n', 1) ?? [];
    const to = /^To: (?<value>.*(?:\n[ \t].*)*)/im.exec(head)?.groups?.['value'] ?? '';
    if (to.match(/[^\s<>",;]+@[^\s<>",;]+/g)?.some(isTheirs)) await rm(file, { force: true });
  }
}

/** Also what was being written when a process died. */
async function namesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(orNothing)) ?? [];
  return names.filter((name) => /[.]eml([.]part)?$/.test(name));
}

/** Of a file or folder that is not there. */
function orNothing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

async function prune(folder: string, maxFiles: number): Promise<void> {
  const mails = (await readdir(folder)).filter((name) => name.endsWith('.eml')).toSorted();
  for (const name of mails.slice(0, Math.max(0, mails.length - maxFiles))) {
    await rm(join(folder, name), { force: true });
  }
}
