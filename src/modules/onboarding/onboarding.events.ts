import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';
import { userSnapshot } from '../users/user.events.ts';

const aboutItself = (_data: unknown, aggregateId: string): string => aggregateId;

/** Asks for the welcome mail; the one imperative name, kept for compatibility. */
export const SendWelcomeEmail = defineEvent({
  type: 'SEND_WELCOME_EMAIL',
  aggregateType: 'User',
  data: z.object({ user: userSnapshot }),
  subject: aboutItself,
});

export const WelcomeEmailSent = defineEvent({
  type: 'WELCOME_EMAIL_SENT',
  aggregateType: 'User',
  data: z.object({ user: userSnapshot }),
  subject: aboutItself,
});
