import { loadProtos } from '../../common/grpc/protos.ts';

export const protos = loadProtos('users/v1/users.proto');

export const SERVICE_NAME = 'users.v1.UserService';
