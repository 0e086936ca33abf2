import { expect, test } from 'vitest';
import { mailAddress } from './mail-address.ts';
import { messageIdOf } from './message-id.ts';

const EVENT = '01900000-0000-7000-8000-000000000001';
const ada = mailAddress('ada@example.org');
const robot = mailAddress('robot@mail.example.com', 'Signalbox');

test('a cause and a recipient make one Message-ID for ever, which shows neither', () => {
  expect(messageIdOf(EVENT, ada, robot)).toBe('<02718140e963851c09a59bff420d89afecac9ca3@mail.example.com>');
  expect(messageIdOf(EVENT, mailAddress('ADA@example.org', 'Ada'), robot)).toBe(messageIdOf(EVENT, ada, robot));
});

test('another recipient or another cause makes another', () => {
  const ids = [
    messageIdOf(EVENT, ada, robot),
    messageIdOf(EVENT, mailAddress('eve@example.org'), robot),
    messageIdOf(EVENT.replace(/1$/, '2'), ada, robot),
  ];
  expect(new Set(ids).size).toBe(3);
});
