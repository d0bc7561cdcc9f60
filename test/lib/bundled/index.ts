import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Stands for a function: what credentials would it call AWS with? */
export const handler = async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = await new DynamoDBClient({}).config.credentials();
  return { accessKeyId, secretAccessKey, sessionToken };
};
