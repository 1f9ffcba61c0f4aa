import type { SurfaceParts } from '../../surface.js';
import { MovieChatbotController } from './movie-chatbot.controller.js';

export const movieChatbotParts: SurfaceParts = {
  controllers: [MovieChatbotController],
  tag: ['Movie Chatbot', 'For clients of the Movie Chatbot: `/api/chat`.'],
};
