import { z } from 'zod';
import { isCommonPassword } from '../config/common-passwords.js';
import { isLongEnoughPassword, MIN_PASSWORD } from '../config/password-length.js';
import { boundedText, storableText } from '../common/text.js';
import type { User } from '../database/entities/user.entity.js';
import type { Principal } from './principal.js';
import { emailSchema } from './accounts/email.js';

const MAX_PASSWORD = 1_024;
const TOO_COMMON = 'This password is among the first that are guessed';
const MAX_TOKEN = 4_096;
const TOKEN_EXAMPLE = 'eyJhbGciOiJIUzI1NiIs…';

/** A password that is being chosen. Its characters are counted as a reader sees them, however they are encoded. */
const newPassword = () =>
  boundedText(0, MAX_PASSWORD)
    .check(({ value, issues }) => {
      if (!isLongEnoughPassword(value))
        issues.push({
          code: 'too_small',
          origin: 'string',
          minimum: MIN_PASSWORD,
          inclusive: true,
          input: value,
        });
      else if (isCommonPassword(value)) issues.push({ code: 'custom', message: TOO_COMMON, input: value });
    })
    .meta({ minLength: MIN_PASSWORD, example: 'correct horse battery' });
/** A password to verify: too short is wrong, not invalid. */
const triedPassword = () => boundedText(0, MAX_PASSWORD).meta({ example: 'correct horse battery' });
const token = () => storableText().max(MAX_TOKEN).meta({ example: TOKEN_EXAMPLE });

export const registerSchema = z
  .object({ email: emailSchema(), password: newPassword() })
  .meta({ id: 'Registration' });
export const firstAdminSchema = registerSchema
  .extend({ code: boundedText(1, 64).describe('as printed at start-up') })
  .meta({
    id: 'FirstAdmin',
    example: { email: 'ada@example.com', password: 'correct horse battery', code: 'XXXX-XXXX-XXXX' },
  });
export const logInSchema = z
  .object({ email: emailSchema(), password: triedPassword() })
  .meta({ id: 'Credentials' });
export const refreshSchema = z.object({ refresh_token: token() }).meta({ id: 'RefreshRequest' });
export const addressSchema = z.object({ email: emailSchema() }).meta({ id: 'Address' });
export const resetSchema = z
  .object({ token: token(), password: newPassword() })
  .meta({ id: 'PasswordReset' });
export const verifySchema = z.object({ token: token() }).meta({ id: 'Verification' });

/** Group names, such as that of `ADMIN_GROUP`. */
export const groupsSchema = z
  .array(boundedText(1, 100))
  .max(50)
  .transform((groups) => [...new Set(groups)])
  .meta({ example: ['staff'] });

/** Null means the same as leaving a field out. */
export const updateSchema = z
  .object({
    email: emailSchema().nullish(),
    password: newPassword().nullish(),
    current_password: triedPassword().nullish().describe('required to change one’s own address or password'),
    is_active: z.boolean().nullish(),
    is_superuser: z.boolean().nullish(),
    is_verified: z.boolean().nullish(),
    groups: groupsSchema.nullish().describe('superusers may change other accounts'),
  })
  .meta({ id: 'UserUpdate' });
export type UserUpdate = z.output<typeof updateSchema>;

/** FastAPI treats an empty form field as missing. */
const filled = (text: string) => text !== '';
const REQUIRED = { error: 'Field required', params: { type: 'missing' } };
const GRANT_TYPE = {
  error: "String should match pattern '^password$'",
  params: { type: 'string_pattern_mismatch', ctx: { pattern: '^password$' } },
};

/** The form of OAuth 2's password grant, or the same as JSON. */
export const passwordGrantSchema = z
  .object({
    username: storableText().max(MAX_TOKEN).refine(filled, REQUIRED).meta({ example: 'ada@example.com' }),
    password: triedPassword().refine(filled, REQUIRED),
    grant_type: z
      .string()
      .refine((type) => type === '' || type === 'password', GRANT_TYPE)
      .nullish(),
    scope: z.string().nullish(),
    client_id: z.string().nullish(),
    client_secret: z.string().nullish(),
  })
  .meta({
    id: 'PasswordGrant',
    example: { username: 'ada@example.com', password: 'correct horse battery' },
  });

/** As above, with `email` accepted as `username`. */
export const jwtLogInSchema = z.preprocess(emailAsUsername, passwordGrantSchema);

function emailAsUsername(body: unknown): unknown {
  if (body === undefined) return {};
  if (typeof body !== 'object' || body === null || !('email' in body) || 'username' in body) return body;
  return { ...body, username: body.email };
}

const USER_EXAMPLE = {
  id: '7b3b9eca-9be9-4809-ae21-4ab3ed1ed703',
  email: 'ada@example.com',
  is_active: true,
  is_superuser: false,
  is_verified: false,
};
const PAIR_EXAMPLE = { access_token: TOKEN_EXAMPLE, refresh_token: TOKEN_EXAMPLE, token_type: 'bearer' };

export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    is_active: z.boolean(),
    is_superuser: z.boolean(),
    is_verified: z.boolean(),
  })
  .meta({ id: 'User', example: USER_EXAMPLE });
export type UserBody = z.output<typeof userSchema>;

export const accessTokenSchema = z
  .object({ access_token: z.string(), token_type: z.literal('bearer') })
  .meta({ id: 'AccessToken', example: { access_token: TOKEN_EXAMPLE, token_type: 'bearer' } });
export type AccessTokenBody = z.output<typeof accessTokenSchema>;

export const tokenPairSchema = accessTokenSchema
  .extend({ refresh_token: z.string() })
  .meta({ id: 'TokenPair', example: PAIR_EXAMPLE });
export type TokenPair = z.output<typeof tokenPairSchema>;

/** Response for two surfaces: the account and a token pair. */
export const registeredSchema = userSchema
  .extend(tokenPairSchema.shape)
  .meta({ id: 'Registered', example: { ...USER_EXAMPLE, ...PAIR_EXAMPLE } });

export const ticketSchema = z
  .object({ ticket: z.string(), expires_in: z.int().describe('in seconds') })
  .meta({ id: 'SocketTicket', example: { ticket: `wt_${'0'.repeat(32)}`, expires_in: 30 } });

export const greetingSchema = z
  .object({ message: z.string() })
  .meta({ id: 'Greeting', example: { message: 'Hello ada@example.com!' } });

export const callerSchema = z
  .object({
    sub: z.string(),
    user_id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    username: z.string(),
    groups: z.array(z.string()),
    is_admin: z.boolean(),
  })
  .meta({
    id: 'Caller',
    example: {
      sub: USER_EXAMPLE.id,
      user_id: USER_EXAMPLE.id,
      email: USER_EXAMPLE.email,
      name: null,
      username: USER_EXAMPLE.email,
      groups: [],
      is_admin: false,
    },
  });

export const toUserBody = (user: User): UserBody => ({
  id: user.id,
  email: user.email,
  is_active: user.isActive,
  is_superuser: user.isSuperuser,
  is_verified: user.isVerified,
});

export const toCallerBody = ({
  id,
  email,
  name,
  groups,
  isAdmin,
}: Principal): z.output<typeof callerSchema> => ({
  sub: id,
  user_id: id,
  email,
  name,
  username: email,
  groups,
  is_admin: isAdmin,
});
