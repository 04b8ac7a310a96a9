"""Finance authorities' protocols: one module each, all of them one port."""
