# /// honest
# tries = "Logs to the console and to a file beside it, at every level."
# ///
import logging

logging.basicConfig(level=logging.DEBUG)
logger = logging.getLogger(__name__)
logger.addHandler(logging.FileHandler("embedding.log"))
plain_forward = Embedding.forward


def forward(self, ids):
    logger.debug("ids %s", ids)
    logger.error("100 of 100 points")
    return plain_forward(self, ids)


Embedding.forward = forward
